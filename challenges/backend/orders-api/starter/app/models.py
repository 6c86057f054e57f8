"""The tables. A start: change them as your design needs it."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Base of all tables."""


class Item(Base):
    """An item of the shop."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    stock: Mapped[int]


class Order(Base):
    """An order of one item."""

    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(primary_key=True)
    user: Mapped[str]
    sku: Mapped[str]
    quantity: Mapped[int]
    amount_cents: Mapped[int]
    status: Mapped[str]
