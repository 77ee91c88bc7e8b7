"""Documents: Word, RTF, OpenDocument, PDF, e-books, spreadsheets, mails and web archives (the extra `documents`)."""
