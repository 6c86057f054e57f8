"""FastAPI with plain `def` handlers: a thread per request, SQLAlchemy sessions, `requests`."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Annotated, Any

import requests
from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import create_engine, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app.security import InvalidTokenError, Principal, Role, verify_token

UPSTREAM = os.environ["UPSTREAM_URL"]
SECRET = os.environ["API_TOKEN_SECRET"]
CALL_SECONDS = 2.3
DEAD_SECONDS = 5.0


class Base(DeclarativeBase):
    """Base of all tables."""


class Item(Base):
    """An item; `revision` is random and new after each change."""

    __tablename__ = "items"
    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    stock: Mapped[int]
    revision: Mapped[str]


class Order(Base):
    """A confirmed order."""

    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str]
    sku: Mapped[str]
    quantity: Mapped[int]
    amount_cents: Mapped[int]


class Key(Base):
    """A used idempotency key; `order_id` names an order once it is confirmed."""

    __tablename__ = "keys"
    user: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str]
    sku: Mapped[str]
    quantity: Mapped[int]
    since: Mapped[float]
    done: Mapped[bool] = mapped_column(default=False)


engine = create_engine(
    os.environ["DATABASE_URL"], connect_args={"timeout": 10}, pool_size=50, max_overflow=10
)


@event.listens_for(engine, "connect")
def _connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None


@event.listens_for(engine, "begin")
def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def revision() -> str:
    """A new revision."""
    return uuid.uuid4().hex


def sweep(stop: threading.Event) -> None:
    """Return the stock of keys whose process died."""
    while not stop.wait(1.0):
        with Session(engine) as session, session.begin():
            dead = select(Key).where(~Key.done, Key.since < time.time() - DEAD_SECONDS)
            for key in session.scalars(dead):
                undo(session, key)


def undo(session: Session, key: Key) -> None:
    """Give the stock back and free the key."""
    session.execute(
        update(Item)
        .where(Item.sku == key.sku)
        .values(stock=Item.stock + key.quantity, revision=revision())
    )
    session.delete(key)


@asynccontextmanager
async def lifespan(_app: FastAPI) -> Any:
    """Create the tables, start and stop the sweeper."""
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    stop = threading.Event()
    threading.Thread(target=sweep, args=(stop,), daemon=True).start()
    yield
    stop.set()


app = FastAPI(lifespan=lifespan)


def session_of_request() -> Iterator[Session]:
    """A session that the handler commits itself."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


def caller(request: Request) -> Principal:
    """401 without a valid token."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise InvalidTokenError
        return verify_token(token, SECRET)
    except InvalidTokenError as error:
        raise HTTPException(401) from error


def manager(user: Annotated[Principal, Depends(caller)]) -> Principal:
    """403 for customers."""
    if user.role is not Role.MANAGER:
        raise HTTPException(403)
    return user


Db = Annotated[Session, Depends(session_of_request)]
User = Annotated[Principal, Depends(caller)]
Manager = Annotated[Principal, Depends(manager)]


class ItemIn(BaseModel):
    """An item."""

    sku: Annotated[str, Field(pattern="^[A-Z0-9-]{3,32}$")]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    price_cents: Annotated[int, Field(ge=0, le=10_000_000)]
    stock: Annotated[int, Field(ge=0, le=1_000_000)]


class ItemChange(BaseModel):
    """A part of an item."""

    name: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    price_cents: Annotated[int | None, Field(ge=0, le=10_000_000)] = None
    stock: Annotated[int | None, Field(ge=0, le=1_000_000)] = None


class OrderIn(BaseModel):
    """An order."""

    sku: str
    quantity: Annotated[int, Field(ge=1, le=100)]


def shown(item: Item) -> dict[str, Any]:
    """An item for clients, with a field more than asked for."""
    return {
        "sku": item.sku,
        "name": item.name,
        "price_cents": item.price_cents,
        "stock": item.stock,
        "revision": item.revision,
    }


@app.get("/healthz")
def health() -> str:
    """Alive."""
    return "fine"


@app.post("/items", status_code=201)
def create(body: ItemIn, user: Manager, db: Db, response: Response) -> dict[str, Any]:
    """Create an item."""
    item = Item(**body.model_dump(), revision=revision())
    db.add(item)
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409) from error
    response.headers["Location"] = f"http://127.0.0.1:8000/items/{item.sku}"
    return shown(item)


@app.get("/items")
def index(
    user: User,
    db: Db,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """List items."""
    page = db.scalars(select(Item).order_by(Item.sku).limit(limit).offset(offset))
    return {
        "total": db.scalar(select(func.count()).select_from(Item)),
        "items": [shown(item) for item in page],
        "limit": limit,
    }


def found(db: Session, sku: str) -> Item:
    """The item or 404."""
    item = db.get(Item, sku)
    if item is None:
        raise HTTPException(404)
    return item


@app.get("/items/{sku}")
def read(sku: str, user: User, db: Db, response: Response) -> dict[str, Any]:
    """One item, with a weak ETag."""
    item = found(db, sku)
    response.headers["ETag"] = f'W/"{item.revision}"'
    return shown(item)


@app.patch("/items/{sku}")
def change(
    sku: str,
    body: ItemChange,
    user: Manager,
    db: Db,
    response: Response,
    if_match: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """Change an item."""
    item = found(db, sku)
    if not if_match:
        raise HTTPException(428)
    if if_match != f'W/"{item.revision}"':
        raise HTTPException(412)
    for name, value in body.model_dump(exclude_none=True).items():
        setattr(item, name, value)
    item.revision = revision()
    db.commit()
    response.headers["ETag"] = f'W/"{item.revision}"'
    return shown(item)


@app.delete("/items/{sku}", status_code=204)
def remove(sku: str, user: Manager, db: Db) -> None:
    """Delete an item, unless it has orders."""
    item = found(db, sku)
    if db.scalar(select(Order.id).where(Order.sku == sku).limit(1)):
        raise HTTPException(409)
    db.delete(item)
    db.commit()


def call(method: str, path: str, body: Any = None) -> requests.Response:
    """One upstream call."""
    try:
        return requests.request(
            method, UPSTREAM + path, json=body, timeout=CALL_SECONDS, allow_redirects=False
        )
    except requests.Timeout as error:
        raise HTTPException(504) from error
    except requests.RequestException as error:
        raise HTTPException(502) from error


def parsed(response: requests.Response, status: int, kind: dict[str, type]) -> dict[str, Any]:
    """The body with fields of the given types, or 502."""
    try:
        document = response.json()
        if response.status_code == status and all(
            type(document[name]) is wanted for name, wanted in kind.items()
        ):
            return dict(document)
    except (ValueError, KeyError, TypeError) as error:
        raise HTTPException(502) from error
    raise HTTPException(502)


@app.post("/orders", status_code=201)
def order(
    body: OrderIn,
    idempotency_key: Annotated[str, Header(pattern="^[A-Za-z0-9-]{1,64}$")],
    user: User,
    db: Db,
    background: BackgroundTasks,
) -> dict[str, Any]:
    """Reserve, pay, confirm. A key row stands for the reservation while it is paid for."""
    known = db.get(Key, (user.user, idempotency_key))
    if known is not None:
        if (known.sku, known.quantity) != (body.sku, body.quantity):
            raise HTTPException(422)
        if not known.done:
            raise HTTPException(409)
        return shown_order(db.get_one(Order, known.order_id))
    price = db.scalar(
        update(Item)
        .where(Item.sku == body.sku, Item.stock >= body.quantity)
        .values(stock=Item.stock - body.quantity, revision=revision())
        .returning(Item.price_cents)
    )
    if price is None:
        found(db, body.sku)
        raise HTTPException(409)
    order_id = uuid.uuid4().hex
    db.execute(
        insert(Key).values(
            user=user.user,
            key=idempotency_key,
            order_id=order_id,
            sku=body.sku,
            quantity=body.quantity,
            since=time.time(),
        )
    )
    db.commit()
    amount = price * body.quantity
    try:
        payment = call(
            "POST", "/payments", {"order_id": order_id, "sku": body.sku, "amount_cents": amount}
        )
        if payment.status_code == 402:
            raise HTTPException(402)
        if parsed(payment, 201, {"status": str})["status"] != "approved":
            raise HTTPException(502)
    except HTTPException:
        key = db.get(Key, (user.user, idempotency_key), with_for_update=True)
        if key is not None and key.order_id == order_id:
            undo(db, key)
        db.commit()
        raise
    placed = Order(
        id=order_id, user=user.user, sku=body.sku, quantity=body.quantity, amount_cents=amount
    )
    confirmed = db.execute(
        update(Key).where(Key.order_id == order_id).values(done=True)
    )
    if confirmed.rowcount == 0:  # type: ignore[attr-defined]
        raise HTTPException(503)
    db.add(placed)
    db.commit()
    background.add_task(notify, placed)
    return shown_order(placed)


def notify(placed: Order) -> None:
    """Tell upstream, whatever comes of it."""
    body = {
        "order_id": placed.id,
        "sku": placed.sku,
        "quantity": placed.quantity,
        "user": placed.user,
    }
    try:
        call("POST", "/notify", body)
    except HTTPException as error:
        print(f"notification of {placed.id} failed: {error.status_code}")


def shown_order(placed: Order) -> dict[str, Any]:
    """An order for clients."""
    return {
        "id": placed.id,
        "sku": placed.sku,
        "quantity": placed.quantity,
        "amount_cents": placed.amount_cents,
        "status": "confirmed",
    }


@app.get("/orders/{order_id}")
def read_order(order_id: str, user: User, db: Db) -> dict[str, Any]:
    """One order."""
    placed = db.get(Order, order_id)
    if placed is None:
        raise HTTPException(404)
    if user.role is not Role.MANAGER and placed.user != user.user:
        raise HTTPException(403)
    return shown_order(placed)


@app.get("/quotes/{sku}")
def quote(sku: str, user: User) -> dict[str, Any]:
    """The upstream price."""
    answer = call("GET", f"/prices/{sku}")
    if answer.status_code == 404:
        raise HTTPException(404)
    price = parsed(answer, 200, {"price_cents": int, "currency": str})
    return {"sku": sku, "price_cents": price["price_cents"], "currency": price["currency"]}


warehouses = ThreadPoolExecutor(50)


@app.get("/availability/{sku}")
def availability(sku: str, user: User) -> dict[str, Any]:
    """Five warehouses at once, each on a thread."""

    def ask(number: int) -> int | None:
        try:
            answer = call("GET", f"/warehouses/{number}/stock/{sku}")
            return int(parsed(answer, 200, {"available": int})["available"])
        except HTTPException:
            return None

    counts = list(warehouses.map(ask, range(1, 6)))
    known = [count for count in counts if count is not None]
    if not known:
        raise HTTPException(503)
    return {
        "sku": sku,
        "available": sum(known),
        "complete": len(known) == 5,
        "warehouses": [
            {"warehouse": number, "available": count} for number, count in enumerate(counts, 1)
        ],
    }
