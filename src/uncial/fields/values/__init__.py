"""Values in texts, brought into one form: amounts, dates, times, codes."""
