"""What stands below the flags in the help of the commands."""

from __future__ import annotations

from uncial.formats import FORMATS

READ_EPILOG = """\
\b
INPUT is a file, a folder (every image and PDF in it and below it), a glob in quotes, a URL, or - for standard input.
OUT is a file, a folder (it gets files for each input, named like the input), or - for standard output.
Several formats become files beside each other: -f docx,txt -o scan writes scan.docx and scan.txt.

\b
Several results on standard output: texts are parted by form feeds, JSON is one line a document, TSV has a header for each.

\b
A password on the command line is seen by whoever lists the processes of this machine. --password - asks for it on a
terminal and takes the first line of standard input elsewhere; UNCIAL_PASSWORD sets it too.

\b
With --server URL a service reads (uncial serve), which has models, threads and limits of its own. UNCIAL_KEY is a better
place for its key than the command line. Ctrl-C cancels there what is not done.

Every flag with a long name can be set by an environment variable: --pdf-dpi by UNCIAL_PDF_DPI. A flag goes before it.

\b
Exit status:
    0  everything was read
    1  a flag or an argument is wrong
    2  an input is no image or PDF, damaged, empty or too large
    3  an engine, a model, a language or a decoder is not here
    5  an input cannot be opened or fetched, or a result cannot be written
    7  the engine failed, or reading took too long
    8  a PDF asks for a password
    9  a template of fields is not valid
   14  some inputs, pages or formats failed, and the others were written
   15  something unexpected happened
  130  interrupted
  141  who read the output has gone away
Where every input failed it is the status of the first one.
"""

EXTRACT_EPILOG = """\
\b
INPUT is what uncial read takes, or a document that it wrote as JSON, which is taken as read (its barcodes are those that were
read then: uncial read --barcodes -f json). Of a folder the images and PDFs are taken.

\b
json is one line a document; with several on one standard output each begins with its file. csv is one table over all inputs, a
row a document. Barcodes are read too, unless --no-barcodes says otherwise.

\b
FILE of --templates is a file of templates, or a folder of them; the flag may be given several times: docs/templates.md.

Everything else, the exit status too, is as in: uncial help read
"""

_READ_BACK = [format.name for format in FORMATS.values() if format.reads]
CONVERT_EPILOG = f"""\
\b
INPUT is a file from here or from another program, in one of the formats {", ".join(_READ_BACK)};
what stands in it tells which. OUT and several formats at once are as in: uncial help read
"""
