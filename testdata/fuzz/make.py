# Makes the seeds that no editor writes: `pip install pyarrow zstandard`, then `python make.py .`
# Nothing in them is by chance, so that it makes the same bytes again with the same versions.
import decimal, gzip, io, os, sys
from datetime import date, datetime, time, timezone
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

folder = sys.argv[1]


def put(target, name, data):
    with open(os.path.join(folder, target, name), "wb") as out:
        out.write(data)


# Delimited text: encodings, line ends, quotes, compression.
plain = "zip,city\n00184,Rome\n10115,Berlin\n00184,Rom\n"
odd = 'a;"b c";;a\r\n1;"x;y";"q""q";\r\n\r\n2;;é€\r\n3;"two\nlines";𝄞;4;5\r\n6'
gz = lambda data: gzip.compress(data, mtime=0)
zst = lambda data: zstandard.ZstdCompressor(level=3, write_checksum=True).compress(data)
texts = {
    "plain.csv": plain.encode(),
    "odd.csv": odd.encode(),
    "marked.csv": b"\xef\xbb\xbf" + odd.encode(),
    "utf-16le.csv": b"\xff\xfe" + odd.encode("utf-16-le"),
    "utf-16be.csv": b"\xfe\xff" + odd.encode("utf-16-be"),
    "utf-16le-unmarked.csv": plain.encode("utf-16-le"),
    "utf-16le-torn.csv": b"\xff\xfe" + plain.encode("utf-16-le")[:-1],
    "utf-16-lone-surrogate.csv": b"\xff\xfe" + "a,b\n".encode("utf-16-le") + b"\x00\xd8" + ",x\n".encode("utf-16-le"),
    "windows-1252.csv": "name;preis\nMüller;5 €\nJosé;“6”\n".encode("cp1252"),
    "spoiled-utf-8.csv": b"a,b\n\xc3\xa9,\xc3\nx,\xf0\x9d\x84\n",
    "tabs.tsv": plain.replace(",", "\t").encode(),
    "pipes.csv": plain.replace(",", "|").encode(),
    "cr.csv": plain.replace("\n", "\r").encode(),
    "mixed-ends.csv": b"a,b\r\n1,2\n3,4\r5,6\n\r7,8",
    "blank-lines.csv": b"\n\na,b\n\n1,2\n\n\n3,4\n\n",
    "open-quote-at-the-end.csv": b'a,b\n1,2\n3,"4',
    "open-quote.csv": b'a,b\n1,"2\n3,4\n',
    "open-header.csv": b'a,"b\n1,2\n',
    "quotes-within.csv": b'a,b\nx"y,"z" \n"p"q,"r""\n',
    "one-column.csv": b'a\n1\n""\n2\n',
    "empty-names.csv": b",,a,a\n1,2,3,4\n",
    "ragged.csv": b"a,b,c\n1\n1,2,3,4,5\n,,\n",
    "header-only.csv": b"a,b\n",
    "empty.csv": b"",
    "zeros.csv": b"a,b\n1,x\0y\n2,z\n",
    "binary.csv": bytes(range(256)),
    "wide.csv": b",".join(b"c%d" % n for n in range(60)) + b"\n" + b",".join(b"%d" % n for n in range(60)) + b"\n",
    "separators-of-unicode.csv": "a,b\n1\u20282,\u0085\n\ufeff,\ufffd\n".encode(),
}
for name, data in texts.items():
    put("csv", name, data)
put("csv", "plain.csv.gz", gz(plain.encode()))
put("csv", "two-members.csv.gz", gz(plain.encode()) + gz(b"75001,Paris\n"))
put("csv", "cut-short.csv.gz", gz(plain.encode())[:-9])
put("csv", "odd.csv.zst", zst(odd.encode()))
put("csv", "utf-16le.csv.zst", zst(texts["utf-16le.csv"]))
put("csv", "skipped-frame.csv.zst", b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zst(plain.encode()))
# A frame that says that it needs a window of two gigabytes, and one block of a letter over and over.
put("csv", "large-window.csv.zst", b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x51\x00\x00a,b\n1,2\n3,4\n"[:13])
put("csv", "repeated.csv.zst", b"\x28\xb5\x2f\xfd\x00\x58" + (b"\x02\x00\x10" + b"\n") * 8 + b"\x03\x00\x10\n")
put("csv", "twice-compressed.csv.gz", gz(gz(plain.encode())))

# Parquet: types, encodings, codecs, row groups, nulls, nested columns, what is said beside.
words = ["Rome", "Berlin", None, "Rome", "", "é€𝄞"]


def table(target, name, columns, **options):
    arrays = {key: value if isinstance(value, (pa.Array, pa.ChunkedArray)) else pa.array(value) for key, value in columns.items()}
    out = io.BytesIO()
    pq.write_table(pa.table(arrays), out, **options)
    put(target, name, out.getvalue())


utc = lambda n: datetime(2024, 1, 31, 23, 59, n, tzinfo=timezone.utc)
table("parquet", "texts.parquet", {"zip": ["00184", "10115", None, "00184", "1", "2"], "city": words}, compression="none")
table("parquet", "plain-encoding.parquet", {"city": words}, compression="none", use_dictionary=False)
table("parquet", "integers.parquet", {
    "i8": pa.array([1, -128, None, 127], pa.int8()), "u16": pa.array([0, 65535, None, 1], pa.uint16()),
    "i32": pa.array([1, -2, None, 3], pa.int32()), "u64": pa.array([0, 2**64 - 1, None, 1], pa.uint64())}, compression="none")
table("parquet", "floats.parquet", {
    "f16": pa.array([1, 2, None], pa.float16()), "f32": pa.array([0.1, float("nan"), None], pa.float32()),
    "f64": pa.array([1e300, float("-inf"), None])}, compression="none")
table("parquet", "decimals.parquet", {
    "d": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")], pa.decimal128(9, 2)),
    "wide": pa.array([decimal.Decimal("1"), None, decimal.Decimal("2")], pa.decimal128(38, 0))}, compression="none")
table("parquet", "times.parquet", {
    "day": [date(2024, 1, 31), None, date(1, 1, 1)], "at": pa.array([time(23, 59, 59), None, time(0, 0)], pa.time64("us")),
    "ms": pa.array([datetime(2024, 1, 31), None, datetime(1969, 1, 1)], pa.timestamp("ms")),
    "ns": pa.array([datetime(2024, 1, 31), None, datetime(1969, 1, 1)], pa.timestamp("ns")),
    "zoned": pa.array([utc(1), None, utc(2)], pa.timestamp("us", "Europe/Berlin"))}, compression="none")
table("parquet", "truth.parquet", {"b": [True, None, False, True]}, compression="none")
table("parquet", "one-of.parquet", {"c": pa.array(words).dictionary_encode()}, compression="none")
table("parquet", "nested.parquet", {
    "city": ["Rome", "Bern"], "tags": [["a", "b"], []], "place": [{"x": 1, "y": None}, None]}, compression="none")
table("parquet", "bytes.parquet", {"city": ["Rome", "Bern"], "raw": [b"\x00\xff", None]}, compression="none")
for codec in ["snappy", "gzip", "brotli", "lz4", "zstd"]:
    table("parquet", f"{codec}.parquet", {"city": words * 3, "n": list(range(18))}, compression=codec)
table("parquet", "row-groups.parquet", {"city": words, "n": [1, 2, 3, 4, 5, 6]}, compression="none", row_group_size=2)
table("parquet", "pages.parquet", {"city": words * 9}, compression="none", data_page_size=16, write_batch_size=4)
table("parquet", "pages-of-version-2.parquet", {"city": words, "n": [1, 2, 3, 4, 5, 6]}, compression="snappy", data_page_version="2.0")
table("parquet", "page-index.parquet", {"city": words}, compression="none", write_page_index=True, write_page_checksum=True)
table("parquet", "delta.parquet", {"n": [1, 2, 4, 8, 16, 32], "city": ["a", "ab", "abc", "b", "bc", "c"]}, compression="none",
      use_dictionary=False, column_encoding={"n": "DELTA_BINARY_PACKED", "city": "DELTA_BYTE_ARRAY"})
table("parquet", "delta-lengths.parquet", {"city": ["a", "ab", "abc"], "x": [0.5, 0.25, 1.0]}, compression="none",
      use_dictionary=False, column_encoding={"city": "DELTA_LENGTH_BYTE_ARRAY", "x": "BYTE_STREAM_SPLIT"})
schema = pa.schema([pa.field("city", pa.string(), nullable=False)], metadata={"who": "we"})
out = io.BytesIO()
pq.write_table(pa.table({"city": ["Rome", "Bern"]}, schema=schema), out, compression="none", store_schema=False)
put("parquet", "required.parquet", out.getvalue())
out = io.BytesIO()
pq.write_table(pa.Table.from_arrays([pa.array(["1"]), pa.array(["2"])], names=["a", "a"]), out, compression="none")
put("parquet", "names-twice.parquet", out.getvalue())
table("parquet", "no-rows.parquet", {"city": pa.array([], pa.string())}, compression="none")
out = io.BytesIO()
pq.write_table(pa.table({}), out)
put("parquet", "no-columns.parquet", out.getvalue())
put("parquet", "cut-short.parquet", open(os.path.join(folder, "parquet/texts.parquet"), "rb").read()[:-20])
put("parquet", "magic-alone.parquet", b"PAR1PAR1PAR1")
put("parquet", "long-footer.parquet", b"PAR1" + b"\xff\xff\xff\x7f" + b"PAR1")
