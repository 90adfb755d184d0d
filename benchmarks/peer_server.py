"""Peers behind the same kind of service, for benchmarks/service.py: run by the peers' own python.

`peer_server.py tesseract PORT` is Tesseract as tutorials serve it: FastAPI, pytesseract, one thread a page. RapidOCR has a
service of its own, `rapidocr_api`, which `peer_server.py rapidocr PORT` starts as its command does.
"""

import os
import sys
from typing import Any


def main(engine: str, port: int) -> None:
    """Serve that engine until killed."""
    import uvicorn  # type: ignore[import-not-found,unused-ignore]

    if engine == "rapidocr":
        uvicorn.run("rapidocr_api.main:app", host="127.0.0.1", port=port, log_level="warning")
    else:
        os.environ["OMP_THREAD_LIMIT"] = "1"  # more make it slower: tesseract#3109
        uvicorn.run(tesseract_app(), host="127.0.0.1", port=port, log_level="warning")


def tesseract_app() -> Any:
    """A service around pytesseract: each request runs the program once, in one of the framework's threads."""
    import io

    import pytesseract  # type: ignore[import-not-found,unused-ignore]
    from fastapi import FastAPI, UploadFile
    from PIL import Image

    app = FastAPI()

    @app.get("/")
    def root() -> dict[str, str]:
        return {"message": "tesseract"}

    @app.post("/ocr")
    def ocr(image_file: UploadFile) -> dict[str, str]:
        return {"output": pytesseract.image_to_string(Image.open(io.BytesIO(image_file.file.read())))}

    return app


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
