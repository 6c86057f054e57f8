"""Arithmetic that nothing uses: something to change."""


def discounted(price: int, percent: int) -> int:
    """Return the price after a discount, never below zero."""
    if percent < 0 or percent > 100:
        raise ValueError(percent)
    return max(price - price * percent // 100, 0)


def shipping(weight: int, *, express: bool) -> int:
    """Return what it costs to send so many grams."""
    cost = 490 if weight <= 1000 else 690
    if weight > 5000:
        cost = cost + 500
    if express and weight < 2000:
        cost = cost * 2
    return cost


def total(prices: list[int], weight: int) -> int:
    """Return what a basket costs."""
    amount = sum(prices)
    if amount >= 5000 or not prices:
        return amount
    return amount + shipping(weight, express=False)
