"""History through the real importer, beside COPY of the very same rows, on top of a million orders.

The floor: for each table that the import writes there is a twin, made `LIKE` it
`INCLUDING ALL`, so with the same columns, checks and indexes (foreign keys are
not part of that: the importer pays for them, COPY does not). Table and twin
hold the same million orders with their lines and payments before anything is
measured. In each round the importer takes in a file of new lines; the rows that
came of it are read out in PostgreSQL's binary format and put into the twins by
plain COPY, table by table. So both grow alike, and both insert into indexes of
the same size.
"""

import io
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import LiteralString

import psutil
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.abc import Buffer

from tests.bench import trade
from tests.support.streaming import peak_memory, stream

ACCOUNTS, SHOPS, ORDERS = 4_000, 40, 30_000
LINES = ACCOUNTS + SHOPS + ORDERS
GIGABYTE = 1_000_000_000
ROUNDS = 3

TABLES = [
    "identity_subject",
    "identity_verificationfactor",
    "marketplace_account",
    "marketplace_shop",
    "marketplace_instrument",
    "marketplace_order",
    "marketplace_line",
    "marketplace_payment",
]


def fill() -> None:
    """Put a million orders of the client `bench` into the tables and into their twins, by COPY."""
    with as_superuser() as source, as_superuser() as target:
        source.execute(Path(__file__).with_name("million.sql").read_bytes())
        # Foreign keys are taken on trust.
        target.execute("SET session_replication_role = replica")
        for table in TABLES:
            target.execute(_sql("CREATE TABLE {floor} (LIKE {table} INCLUDING ALL)", table))
            for into in ("table", "floor"):
                _pipe(source, target, table, into)
            last = "SELECT setval(pg_get_serial_sequence({name}, 'id'), (SELECT max(id) FROM {table}))"
            target.execute(_sql(last, table))
        target.execute("ANALYZE")


def _pipe(source: psycopg.Connection, target: psycopg.Connection, table: str, into: str) -> None:
    made = source.execute(_sql("SELECT * FROM {before} LIMIT 0", table)).description or ()
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in made)
    select = _sql("COPY (SELECT * FROM {before}) TO STDOUT", table)
    with source.cursor() as reading, target.cursor() as writing, reading.copy(select) as blocks:
        _copied(writing, _sql(f"COPY {{{into}}} ({{names}}) FROM STDIN", table, names=names), blocks)


def _sql(text: LiteralString, table: str, **parts: sql.Composable) -> sql.Composed:
    return sql.SQL(text).format(
        table=sql.Identifier(table),
        floor=sql.Identifier(f"floor_{table}"),
        before=sql.Identifier(f"before_{table}"),
        name=sql.Literal(table),
        **parts,
    )


@dataclass(frozen=True)
class Round:
    """What one file took, and what COPY took for the rows that came of it."""

    rows: int
    seconds: float
    floor: float


def measure_history(folder: Path, address: str, key: str, *, client: str) -> None:
    """Print the importer's speed by command and by HTTP, each beside its floor, and that of a repeated file."""
    ways: dict[str, Callable[[Path], object]] = {
        "command": lambda file: call_command("import_history", str(file), client=client, stdout=io.StringIO()),
        "HTTP": lambda file: _posted(address, key, file),
    }
    with as_superuser() as twins:
        rounds: dict[str, list[Round]] = {name: [] for name in ways}
        for number in range(ROUNDS + 1):
            for name, send in ways.items():
                file = _file(folder, f"{number}{name[0]}")
                done = _round(twins, file, send)
                # The first of each warms up.
                if number:
                    rounds[name].append(done)
    for name, done_in in rounds.items():
        _print(name, done_in)
    print(f"  repeated       {_seconds(lambda: ways['command'](file)):.2f} s, all unchanged")


def _print(name: str, rounds: list[Round]) -> None:
    rows, taken, floor = rounds[0].rows, median(one.seconds for one in rounds), median(one.floor for one in rounds)
    print(f"history by {name:<9}{LINES:,} lines, {rows:,} rows in {taken:.2f} s: {rows / taken:,.0f} rows/s")
    print(f"  COPY           the same rows into the same indexes in {floor:.2f} s: {rows / floor:,.0f} rows/s")
    print(f"  ratio          {median(one.floor / one.seconds for one in rounds):.3f}")


def measure_memory(folder: Path, address: str, key: str) -> None:
    """Print what the web server's processes hold at most while a body of a gigabyte streams in."""
    block = _file(folder, "memory").read_bytes()
    times = GIGABYTE // len(block) + 1
    server = next(one for one in psutil.Process().children() if "granian" in " ".join(one.cmdline()))
    before = peak_memory(server)
    begun = time.perf_counter()
    document = stream(address, key, block, times=times)
    taken = time.perf_counter() - begun
    if (document["accepted"], document["rejected"]) != (LINES, 0):
        raise RuntimeError(document)
    size = len(block) * times / 1e9
    print(
        f"history of 1 GB  {size:.2f} GB in {taken:.0f} s; all of the web server held at most"
        f" {peak_memory(server) / 1e6:.0f} MB, {before / 1e6:.0f} MB before"
    )


def _round(twins: psycopg.Connection, file: Path, send: Callable[[Path], object]) -> Round:
    last = {table: _last_id(twins, table) for table in TABLES}
    seconds = _seconds(lambda: send(file))
    floors = [_floor(twins, table, after) for table, after in last.items()]
    return Round(sum(rows for rows, _seconds in floors), seconds, sum(seconds for _rows, seconds in floors))


def _last_id(twins: psycopg.Connection, table: str) -> int:
    (last,) = twins.execute(_sql("SELECT max(id) FROM {table}", table)).fetchone() or (0,)
    return int(last)


def _floor(twins: psycopg.Connection, table: str, after: int) -> tuple[int, float]:
    """Copy a table's new rows into its twin; return how many, and the seconds that writing them took."""
    fresh = "COPY (SELECT * FROM {table} WHERE id > {after} ORDER BY id) TO STDOUT (FORMAT BINARY)"
    with twins.cursor() as cursor:
        with cursor.copy(_sql(fresh, table, after=sql.Literal(after))) as out:
            kept = b"".join(out)
        into = _sql("COPY {floor} FROM STDIN (FORMAT BINARY)", table)
        return cursor.rowcount, _seconds(lambda: _copied(cursor, into, [kept]))


def _copied(cursor: psycopg.Cursor, statement: sql.Composed, blocks: Iterable[Buffer]) -> None:
    with cursor.copy(statement) as into:
        for block in blocks:
            into.write(block)


def _file(folder: Path, mark: str) -> Path:
    """Write a file whose accounts, shops, orders and cards nobody named before."""
    file = folder / f"history-{mark}.ndjson"
    with file.open("wb") as out:
        for line in trade.history(accounts=ACCOUNTS, shops=SHOPS, orders=ORDERS):
            out.write(re.sub(rb'"([ASOP]|card|ph)-', rb'"' + mark.encode() + rb"\1-", line))
    return file


def _posted(address: str, key: str, file: Path) -> None:
    document = stream(address, key, file.read_bytes(), times=1)
    if document["accepted"] != LINES:
        raise RuntimeError(document)


def as_superuser() -> psycopg.Connection:
    settings = connection.settings_dict
    return psycopg.connect(host=settings["HOST"], user="postgres", dbname=settings["NAME"], autocommit=True)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
