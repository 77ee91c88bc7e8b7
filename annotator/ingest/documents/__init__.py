"""Documents: Word, RTF, OpenDocument, PDF, e-books, spreadsheets, mails and web archives (`annotator[documents]`)."""
