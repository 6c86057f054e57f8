-- Cleans the table `export` (all text, without outer blanks; `line` is the place in the file).
-- What cannot be read becomes NULL in `latest`; `unreadable` lists it, `orders` is the result.

-- A number: a decimal comma or point, blanks and apostrophes at the thousands. A comma or a point
-- never stands at the thousands, so one rule does for both kinds of file.
CREATE MACRO plain_number(written) AS (
    WITH bare AS (
        SELECT replace(regexp_replace(written, '[\s\x{00A0}\x{202F}''’]', '', 'g'), ',', '.') AS digits
    )
    SELECT CASE WHEN regexp_full_match(digits, '-?\d+(\.\d+)?') THEN CAST(digits AS DOUBLE) END
    FROM bare
);

CREATE TABLE latest AS
WITH counted AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY upper(order_id)
            -- Of exports of the same minute, the one further down in the file. A time that cannot
            -- be read comes first, so that it is found.
            ORDER BY TRY_CAST(upper(exported_at) AS TIMESTAMP) DESC NULLS FIRST, line DESC
        ) AS place
    FROM export
),
read AS (
    SELECT
        *,
        plain_number(quantity) AS amount,
        lower(price_per_kg) IN ('', 'n/a', '-', 'unknown') AS price_unknown,
        lower(discount) IN ('', 'n/a', '-', 'unknown') AS discount_unknown,
        plain_number(replace(discount, '%', '')) AS percent
    FROM counted
    WHERE place = 1
)
SELECT
    nullif(upper(order_id), '') AS order_id,
    CAST(try_strptime(date, ['%Y-%m-%d', '%d.%m.%Y', '%m/%d/%Y', '%d %b %Y']) AS DATE) AS date,
    nullif(upper(customer), '') AS customer,
    CASE
        WHEN lower(segment) IN ('home', 'private') THEN 'home'
        WHEN lower(segment) IN ('office', 'büro') THEN 'office'
    END AS segment,
    CASE
        WHEN lower(region) IN ('east', 'e') THEN 'East'
        WHEN lower(region) IN ('north', 'n') THEN 'North'
        WHEN lower(region) IN ('south', 's') THEN 'South'
        WHEN lower(region) IN ('west', 'w') THEN 'West'
    END AS region,
    CASE
        WHEN lower(channel) IN ('phone', 'tel') THEN 'phone'
        WHEN lower(channel) IN ('shop', 'store') THEN 'shop'
        WHEN lower(channel) IN ('web', 'online') THEN 'web'
    END AS channel,
    CASE
        WHEN lower(newsletter) IN ('yes', 'y', 'true', '1') THEN 'yes'
        WHEN lower(newsletter) IN ('no', 'n', 'false', '0') THEN 'no'
    END AS newsletter,
    CASE WHEN upper(price_group) IN ('A', 'B') THEN upper(price_group) END AS price_group,
    nullif(upper(product), '') AS product,
    CASE
        -- No order weighs more than 500 kg: such a number is grams.
        WHEN lower(unit) = 'kg' AND amount > 500 THEN amount / 1000
        WHEN lower(unit) = 'kg' THEN amount
        WHEN lower(unit) IN ('g', 'grams') THEN amount / 1000
        -- To a milligram, so that binary noise does not get into the file.
        WHEN lower(unit) IN ('lb', 'lbs') THEN round(amount * 0.45359237, 6)
    END AS quantity_kg,
    CASE
        WHEN NOT price_unknown
            THEN plain_number(regexp_replace(lower(price_per_kg), '€|eur', '', 'g'))
    END AS price_per_kg,
    CASE
        WHEN discount_unknown OR percent IN (-1, 999) THEN 0
        ELSE percent
    END AS discount_pct,
    line,
    TRY_CAST(upper(exported_at) AS TIMESTAMP) AS exported_at,
    price_unknown,
    coalesce(lower(unit) = 'kg' AND amount > 500, FALSE) AS grams_as_kg
FROM read;

-- The fields that hold something section 3 of the brief does not know.
CREATE VIEW unreadable AS
WITH fields AS (
    SELECT line, unnest([
        {'field': 'order_id', 'bad': order_id IS NULL},
        {'field': 'date', 'bad': date IS NULL OR year(date) < 1000},
        {'field': 'customer', 'bad': customer IS NULL},
        {'field': 'segment', 'bad': segment IS NULL},
        {'field': 'region', 'bad': region IS NULL},
        {'field': 'channel', 'bad': channel IS NULL},
        {'field': 'newsletter', 'bad': newsletter IS NULL},
        {'field': 'price_group', 'bad': price_group IS NULL},
        {'field': 'product', 'bad': product IS NULL},
        {'field': 'quantity', 'bad': quantity_kg IS NULL},
        {'field': 'price_per_kg', 'bad': price_per_kg IS NULL AND NOT price_unknown},
        {'field': 'discount', 'bad': discount_pct IS NULL},
        {'field': 'exported_at', 'bad': exported_at IS NULL}
    ], recursive := true)
    FROM latest
)
SELECT line, field FROM fields WHERE bad;

-- In the order of the ids, so that nothing further on depends on the order in the file.
CREATE TABLE orders AS
SELECT
    order_id, date, customer, segment, region, channel, newsletter, price_group, product,
    quantity_kg, price_per_kg, discount_pct
FROM latest
ORDER BY order_id;
