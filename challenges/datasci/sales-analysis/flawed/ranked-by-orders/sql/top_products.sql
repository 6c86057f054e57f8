-- The three products of each region that sold most kilograms.
-- Sums are rounded to grams: floating point must not decide between equals, their names do.
WITH sold AS (
    SELECT region, product, ROUND(SUM(quantity_kg), 3) AS kg, COUNT(*) AS orders
    FROM orders
    GROUP BY region, product
),
ranked AS (
    SELECT
        region,
        ROW_NUMBER() OVER (PARTITION BY region ORDER BY orders DESC, product) AS "rank",
        product,
        kg
    FROM sold
)
SELECT region, "rank", product, kg
FROM ranked
WHERE "rank" <= 3
ORDER BY region, "rank";
