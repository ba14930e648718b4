# Makes the workbooks of this folder, which is its argument: `pip install xlsxwriter xlwt odfpy`, then `python make.py .`
import datetime, sys, os
import xlsxwriter, xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableRow, TableCell
from odf.text import P

folder = sys.argv[1]
header = ["zip", "city", "ordered", "at", "paid", "price", "units", "note"]
D, T = datetime.date, datetime.datetime
rows = [
    ["00184", "Rome", D(2024, 1, 31), T(2024, 1, 31, 8, 30), True, 12.5, 3, " x "],
    ["10115", "Berlin", D(2024, 2, 1), T(2024, 2, 1, 0, 0, 1), False, 0.1 + 0.2, 10, None],
    ["00184", "Rome", D(2024, 2, 29), T(2024, 2, 29, 23, 59, 59), True, 7, 1, None],
    [None] * 8,
    ["00184", "Rom", D(2024, 3, 1), T(2024, 3, 1, 12, 0), True, 1000000, 2, None],
    ["10115", "Berlin", None, None, None, None, None, None],
    ["00184", "Rome", D(2024, 3, 2), None, True, 4, 5, None],
]
def xlsx(path, lead=0):
    book = xlsxwriter.Workbook(path)
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yy hh:mm"})
    sheet = book.add_worksheet("Orders")
    for c, name in enumerate(header): sheet.write(lead, c, name)
    for r, row in enumerate(rows, lead + 1):
        for c, cell in enumerate(row):
            if cell is None: continue
            if isinstance(cell, bool): sheet.write_boolean(r, c, cell)
            elif isinstance(cell, T): sheet.write_datetime(r, c, cell, moment)
            elif isinstance(cell, D): sheet.write_datetime(r, c, cell, day)
            elif isinstance(cell, str): sheet.write_string(r, c, cell)
            else: sheet.write_number(r, c, cell)
    bold = book.add_format({"bold": True})
    # Cells that are formatted and empty.
    sheet.write_blank(lead + 12, 3, None, bold)
    sheet.write_blank(lead + 2, 11, None, bold)
    book.add_worksheet("Empty")
    places = book.add_worksheet("Places")
    for r, row in enumerate([["zip", "town"], ["1", "Bern"], ["2", "Basel"]]):
        for c, cell in enumerate(row): places.write_string(r, c, cell)
    book.close()
def xls(path):
    book = xlwt.Workbook()
    day, moment = xlwt.easyxf(num_format_str="DD/MM/YYYY"), xlwt.easyxf(num_format_str="DD/MM/YY hh:mm")
    sheet = book.add_sheet("Orders")
    for c, name in enumerate(header): sheet.write(0, c, name)
    for r, row in enumerate(rows, 1):
        for c, cell in enumerate(row):
            if cell is None: continue
            style = moment if isinstance(cell, T) else day if isinstance(cell, D) else xlwt.Style.default_style
            sheet.write(r, c, cell, style)
    book.save(path)
def ods(path):
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Orders")
    def cell_of(cell):
        if cell is None: return TableCell()
        if isinstance(cell, bool): return TableCell(valuetype="boolean", booleanvalue=str(cell).lower())
        if isinstance(cell, T): return TableCell(valuetype="date", datevalue=cell.isoformat())
        if isinstance(cell, D): return TableCell(valuetype="date", datevalue=cell.isoformat())
        if isinstance(cell, str):
            made = TableCell(valuetype="string", stringvalue=cell); made.addElement(P(text=cell)); return made
        return TableCell(valuetype="float", value=repr(cell))
    for row in [header] + rows:
        line = TableRow()
        for cell in row: line.addElement(cell_of(cell))
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(path)
os.makedirs(folder, exist_ok=True)
xlsx(f"{folder}/orders.xlsx"); xls(f"{folder}/orders.xls"); ods(f"{folder}/orders.ods")
