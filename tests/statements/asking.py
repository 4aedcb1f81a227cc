"""Drawn statements over the shop, each with the question that asks a real engine whose rows it delivered.

A statement is drawn as pieces, so that the same pieces can be put together a second time with the keys in place of the
columns. What is delivered is known from the drawing, not from any parser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.statements.shop import DATASETS, KEYS, TABLES

NUMBERS = ("id", "age", "balance", "customer_id", "total")
TEXTS = ("email", "name", "region", "order_id", "status", "address")
DAYS = ("created_at", "born", "placed")


@dataclass(frozen=True)
class Asked:
    """A statement, the columns it delivers by dataset, and for each dataset the query for the keys it delivered."""

    sql: str
    columns: dict[str, frozenset[str]]
    truths: dict[str, str]
    dialect: str
    kind: str


@dataclass
class Drawn:
    """One SELECT in pieces."""

    tables: dict[str, str]
    source: str
    where: str
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    tail: str = ""


def draw_statement(random: Random, dialect: str) -> Asked:
    kinds: list[tuple[int, Callable[[Random, str], Asked]]] = [
        (6, _plain), (3, _joined), (2, _limited), (2, _derived), (2, _grouped), (1, _distinct), (1, _union), (1, _view),
        (3, _look_up),
    ]  # fmt: skip
    return random.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0](random, dialect)


def _pieces(random: Random, dialect: str, *, is_join: bool = False, table: str | None = None) -> Drawn:
    if is_join:
        kind = random.choice(["join", "left join", ","])
        on = "c.id = o.customer_id"
        extra = f" and {_condition(random, {'o': 'orders'}, dialect, 1)}" if random.random() < 0.3 else ""
        where = _condition(random, {"c": "customers", "o": "orders"}, dialect, 2)
        if kind == ",":
            return Drawn({"c": "customers", "o": "orders"}, "customers c, orders o", f"{on} and ({where})")
        return Drawn({"c": "customers", "o": "orders"}, f"customers c {kind} orders o on {on}{extra}", where)
    table = table or random.choice(["customers", "customers", "orders"])
    alias = random.choice(["", "t"])
    name = random.choice([table, f"app.{table}"]) if dialect == "postgres" else table
    where = _condition(random, {alias: table}, dialect, 3) if random.random() < 0.9 else "1 = 1"
    return Drawn({alias: table}, f"{name} {alias}".strip(), where)


def _choose(random: Random, drawn: Drawn) -> None:
    pool = [(alias, table, column) for alias, table in drawn.tables.items() for column in TABLES[table]]
    drawn.columns = random.sample(pool, random.randint(1, 3))


def _named(alias: str, column: str) -> str:
    return f"{alias}.{column}" if alias else column


def _columns_of(columns: list[tuple[str, str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for _, table, column in columns:
        found.setdefault(DATASETS[table], set()).add(column)
    return {dataset: frozenset(names) for dataset, names in found.items()}


def _selected(random: Random, columns: list[tuple[str, str, str]]) -> str:
    items = []
    for place, (alias, _, column) in enumerate(columns):
        name = _named(alias, column)
        wrapped = f"coalesce({name}, {name})" if random.random() < 0.15 else name
        items.append(f"{wrapped} as v{place}" if random.random() < 0.4 else wrapped)
    return ", ".join(items)


def _truths(drawn: Drawn, columns: dict[str, frozenset[str]]) -> dict[str, str]:
    return {
        DATASETS[table]: f"select {_named(alias, KEYS[table])} from {drawn.source} where {drawn.where}{drawn.tail}"
        for alias, table in drawn.tables.items()
        if DATASETS[table] in columns
    }


def _plain(random: Random, dialect: str) -> Asked:
    drawn = _pieces(random, dialect)
    if random.random() < 0.25:
        (table,) = drawn.tables.values()
        columns = {DATASETS[table]: frozenset(TABLES[table])}
        return Asked(
            f"select * from {drawn.source} where {drawn.where}", columns, _truths(drawn, columns), dialect, "plain"
        )
    _choose(random, drawn)
    columns = _columns_of(drawn.columns)
    sql = f"select {_selected(random, drawn.columns)} from {drawn.source} where {drawn.where}"
    return Asked(sql, columns, _truths(drawn, columns), dialect, "plain")


def _joined(random: Random, dialect: str) -> Asked:
    drawn = _pieces(random, dialect, is_join=True)
    _choose(random, drawn)
    columns = _columns_of(drawn.columns)
    sql = f"select {_selected(random, drawn.columns)} from {drawn.source} where {drawn.where}"
    return Asked(sql, columns, _truths(drawn, columns), dialect, "join")


def _limited(random: Random, dialect: str) -> Asked:
    drawn = _pieces(random, dialect, is_join=random.random() < 0.3)
    _choose(random, drawn)
    alias, table = random.choice(list(drawn.tables.items()))
    keys = [_named(alias, random.choice(list(TABLES[table]))) for _ in range(random.randint(0, 2))]
    if random.random() < 0.6:
        keys.append(_named(alias, KEYS[table]))
    way = [
        f"{key}{random.choice(['', ' desc', ' asc nulls last', ' desc nulls first'])}" for key in dict.fromkeys(keys)
    ]
    order = f" order by {', '.join(way)}" if way else ""
    drawn.tail = f"{order} limit {random.choice([1, 3, 10, 500])}"
    drawn.tail += f" offset {random.choice([0, 2, 7])}" if random.random() < 0.4 else ""
    columns = _columns_of(drawn.columns)
    items = ", ".join(_named(alias, column) for alias, _, column in drawn.columns)
    sql = f"select {items} from {drawn.source} where {drawn.where}{drawn.tail}"
    return Asked(sql, columns, _truths(drawn, columns), dialect, "limit")


def _derived(random: Random, dialect: str) -> Asked:
    """A column through a subquery or a WITH, filtered again outside."""
    table = random.choice(["customers", "orders"])
    drawn = _pieces(random, dialect, table=table)
    (alias,) = drawn.tables
    column = random.choice(list(TABLES[table]))
    key = KEYS[table]
    inner = f"select {_named(alias, column)} as v, {_named(alias, key)} as k from {drawn.source} where {drawn.where}"
    if random.random() < 0.3:
        inner += f" order by {_named(alias, key)} limit {random.choice([2, 8])}"
    outside = random.choice(["x.k is not null", "x.v is not null", "1 = 1"])
    if random.random() < 0.5:
        sql, truth = (f"with x as ({inner}) select x.{name} from x where {outside}" for name in ("v", "k"))
    else:
        sql, truth = (f"select {name} from ({inner}) as x where {outside}" for name in ("v", "k"))
    return Asked(sql, {DATASETS[table]: frozenset({column})}, {DATASETS[table]: truth}, dialect, "derived")


def _grouped(random: Random, dialect: str) -> Asked:
    drawn = _pieces(random, dialect, table="customers")
    (alias,) = drawn.tables
    name, key = random.choice(["email", "id"]), _named(alias, "id")
    group = _named(alias, name)
    having = random.choice(
        ["", " having count(*) > 1", " having count(*) = 1", " having max({}) > 40".format(_named(alias, "age"))]
    )
    body = f"from {drawn.source} where {drawn.where}"
    sql = f"select {group}, count(*) {body} group by {group}{having}"
    inner = f"select {group} as g {body} group by {group}{having}"
    same = f"(g = {group} or (g is null and {group} is null))"
    truth = f"select {key} {body} and exists (select 1 from ({inner}) as gs where {same})"
    return Asked(sql, {"crm": frozenset({name})}, {"crm": truth}, dialect, "group")


def _distinct(random: Random, dialect: str) -> Asked:
    drawn = _pieces(random, dialect, table="customers")
    (alias,) = drawn.tables
    column = random.choice(["region", "email", "age"])
    sql = f"select distinct {_named(alias, column)} from {drawn.source} where {drawn.where}"
    columns = {"crm": frozenset({column})}
    return Asked(sql, columns, _truths(drawn, columns), dialect, "distinct")


def _union(random: Random, dialect: str) -> Asked:
    one, two = _pieces(random, dialect, table="customers"), _pieces(random, dialect, table="orders")
    (a,), (b,) = one.tables, two.tables
    first, second = random.choice(["email", "name"]), random.choice(["address", "status"])
    word = random.choice(["union all", "union"])
    sql = f"select {_named(a, first)} from {one.source} where {one.where} {word}"
    sql += f" select {_named(b, second)} from {two.source} where {two.where}"
    columns = {"crm": frozenset({first}), "shop": frozenset({second})}
    return Asked(sql, columns, {**_truths(one, columns), **_truths(two, columns)}, dialect, "union")


def _view(random: Random, dialect: str) -> Asked:
    low = random.randint(1, 40)
    sql, truth = (f"select {name} from europeans where id > {low}" for name in ("mail", "id"))
    return Asked(sql, {"crm": frozenset({"email"})}, {"crm": truth}, dialect, "view")


def _look_up(random: Random, dialect: str) -> Asked:
    """One of a few shapes, so that several statements differ in their constants alone."""
    key, text = random.randint(1, 62), f"{random.choice('abcd')}{random.randint(0, 16)}@mail1.example"
    where, tail, is_join = random.choice([
        (f"c.id = {key}", "", False), (f"c.id = {key}", " limit 1", False), (f"c.email = '{text}'", " limit 2", False),
        (f"c.id in ({key}, 4, 9)", "", False), (f"c.email = '{text}' and c.age > {key}", "", True),
        (f"c.id = {key}", "", True),
    ])  # fmt: skip
    tables = {"c": "customers", "o": "orders"} if is_join else {"c": "customers"}
    source = "customers c left join orders o on o.customer_id = c.id" if is_join else "customers c"
    drawn = Drawn(tables, source, where, tail=tail)
    columns = {"crm": frozenset({"email", "name"})} | ({"shop": frozenset({"address"})} if is_join else {})
    items = "c.email, c.name, o.address" if is_join else "c.email, c.name"
    return Asked(
        f"select {items} from {source} where {where}{tail}", columns, _truths(drawn, columns), dialect, "look-up"
    )


# Conditions


def _condition(random: Random, tables: dict[str, str], dialect: str, depth: int) -> str:
    roll = random.random()
    if depth > 0 and roll < 0.45:
        parts = [_condition(random, tables, dialect, depth - 1) for _ in range(random.choice([2, 2, 3]))]
        return "(" + random.choice([" and ", " or "]).join(parts) + ")"
    if depth > 0 and roll < 0.55:
        return f"not ({_condition(random, tables, dialect, depth - 1)})"
    alias, table = random.choice(list(tables.items()))
    if depth > 0 and roll < 0.62:
        return _with_query(random, alias, table)
    return _atom(random, alias, table, dialect)


def _with_query(random: Random, alias: str, table: str) -> str:
    word = random.choice(["", "", "not "])
    if table == "customers":
        total = random.choice(["", " where total > 10", " where customer_id is not null", " where status = 'paid'"])
        if random.random() < 0.5 or not alias:
            return f"{_named(alias, 'id')} {word}in (select customer_id from orders{total})"
        return f"{word}exists (select 1 from orders q where q.customer_id = {alias}.id and q.total > 10)"
    return f"{_named(alias, 'customer_id')} {word}in (select id from customers where region = 'EU')"


def _atom(random: Random, alias: str, table: str, dialect: str) -> str:
    column = random.choice([name for name in TABLES[table] if name != "active"])
    name = _named(alias, column)
    if random.random() < 0.12:
        return f"{name} is {random.choice(['', 'not '])}null"
    if table == "customers" and random.random() < 0.06:
        active = _named(alias, "active")
        return random.choice([f"{active} = true", f"{active} is not true", f"not {active}", active])
    if column in NUMBERS:
        return _number_atom(random, name, column)
    return _text_atom(random, name, dialect) if column in TEXTS else _day_atom(random, name, column)


def _number_atom(random: Random, name: str, column: str) -> str:
    whole = column in ("id", "age", "customer_id")

    def draw() -> float:
        return random.choice([0, 9, 16, 30, 44, 51, 100]) if whole else random.choice([0, 5, 9.99, 20, 99.99, -12.5])

    roll = random.random()
    if roll < 0.15:
        return f"{name} between {draw()} and {draw()}"
    if roll < 0.3:
        return f"{name} {random.choice(['', 'not '])}in ({draw()}, {draw()}, {draw()})"
    if roll < 0.4:
        return f"{name} {random.choice('+-*')} {draw()} > {draw()}"
    if roll < 0.45:
        return f"abs({name}) = {draw()}"  # no plan knows abs: an upper bound
    if roll < 0.55:
        return f"coalesce({name}, 0) < {draw()}"
    quoted = f"'{draw()}'" if random.random() < 0.3 else str(draw())
    return f"{name} {_operator(random)} {quoted}"


def _operator(random: Random) -> str:
    return random.choice(["=", "=", "<>", "<", "<=", ">", ">="])


def _text_atom(random: Random, name: str, dialect: str) -> str:
    def draw() -> str:
        return random.choice(["EU", "US", "us", "Ann", "ann", "", "paid", "a3@mail1.example", "Zoë", "50%", "o7"])

    roll = random.random()
    if roll < 0.3:
        pattern = random.choice(["a%", "%n", "_nn", "%@mail1%", "50\\%", "%o%", "E_", "%", "", "1% High%", "bo\\_b"])
        word = random.choice(["like", "like", "ilike" if dialect == "postgres" else "like"])
        escape = " escape '\\'" if dialect == "sqlite" or random.random() < 0.2 else ""
        return f"{name} {random.choice(['', 'not '])}{word} '{pattern}'{escape}"
    if roll < 0.45:
        return f"{name} {random.choice(['', 'not '])}in ('{draw()}', '{draw()}')"
    if roll < 0.55:
        return f"lower({name}) = '{draw().lower()}'"
    if roll < 0.6:
        return f"substr({name}, 1, 2) = '{draw()[:2]}'"
    if roll < 0.65:
        return f"coalesce({name}, 'US') {_operator(random)} '{draw()}'"
    if roll < 0.7:
        return f"replace({name}, 'a', '') = '{draw()}'"  # nor replace
    if roll < 0.75:
        return f"length({name}) > {random.randint(0, 6)}"
    return f"{name} {_operator(random)} '{draw()}'"


def _day_atom(random: Random, name: str, column: str) -> str:
    day = f"{random.choice(['2024-01-0', '2024-02-1'])}{random.randint(1, 9)}"
    if column == "born":
        day = f"19{random.randint(61, 99)}-0{random.randint(1, 9)}-11"
    if column == "created_at" and random.random() < 0.5:
        day += " 01:01:01"
    return f"{name} {_operator(random)} '{day}'"
