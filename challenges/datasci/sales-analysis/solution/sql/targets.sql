-- Revenue of orders with a known price as a share of each region's target.
-- LEFT JOIN keeps a region without orders; SUM leaves out orders whose price is NULL.
SELECT
    targets.region,
    targets.eur,
    COALESCE(
        SUM(orders.quantity_kg * orders.price_per_kg * (1 - orders.discount_pct / 100.0)), 0.0
    ) / targets.eur AS reached
FROM targets
LEFT JOIN orders ON orders.region = targets.region
GROUP BY targets.region, targets.eur
ORDER BY targets.region;
