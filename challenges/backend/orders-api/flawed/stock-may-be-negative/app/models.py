"""The tables."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables."""


class Item(Base):
    """An item of the shop. `version` counts its changes; no id is ever used twice."""

    __tablename__ = "items"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    stock: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def etag(self) -> str:
        """A strong validator: it differs after each change, also for a sku that was reused."""
        return f'"{self.id}-{self.version}"'


class Order(Base):
    """An order: `pending` while it is paid for, then `confirmed` or `failed`.

    The database itself refuses a second order of a user with the same key. A failed order
    gives up its key (NULL), so that the client may try again with it.
    """

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("user", "idempotency_key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str]
    idempotency_key: Mapped[str | None]
    sku: Mapped[str]
    quantity: Mapped[int]
    amount_cents: Mapped[int]
    status: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[float]
