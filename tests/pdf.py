"""PDFs as a reader's program sees them."""

import pypdfium2


def sheets(content):
    """The text of each sheet, with runs of white space made one."""
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def fonts(content):
    """The names of the fonts that the first sheet is set in."""
    with pypdfium2.PdfDocument(content) as document:
        texts = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
        return {text.get_font().get_base_name() for text in texts}
