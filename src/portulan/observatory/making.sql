-- The making of the table of public accounts, written once for every engine: plain SQL (CASE, SUM, substr,
-- ROW_NUMBER, BIGINT cents), no function that one engine alone has. `raw` has the columns of a file by their names, as
-- texts with a decimal point; `balances` one row for each row that counts, amounts in cents, accounts trimmed; `wanted`
-- the beginnings of the IT accounts. What an account is worth, certain, mixed or nothing, is decided afterwards, by the
-- same code as without an engine.

-- name: said
-- A row a row of a file. An annex has its SIRET, which tells the annexes of a body apart. A text that is no amount stops:
-- an empty one is 0, and a column that the file lacks is null, so that nothing is then said to be whole.
SELECT CAST(substr(coalesce(trim(exer), ''), 1, 4) AS INTEGER) AS exer,
       coalesce(trim(siren), '') AS siren, coalesce(trim(cbudg), '') AS cbudg, coalesce(trim(lbudg), '') AS lbudg,
       coalesce(trim(nomen), '') AS nomen, coalesce(trim(categ), '') AS categ, coalesce(trim(ctype), '') AS ctype,
       coalesce(trim(ndept), '') AS ndept, coalesce(trim(cregi), '') AS cregi, coalesce(trim(fonction), '') AS fonction,
       CASE WHEN trim(cbudg) = '1' OR try_cast(trim(ident) AS DECIMAL(38, 0)) IS NULL THEN '' ELSE trim(ident) END AS ident,
       upper(coalesce(trim(bal), '')) AS bal, trim(replace(compte, chr(9), '')) AS compte,
       CASE WHEN bedeb IS NULL THEN CAST(NULL AS BIGINT) WHEN bedeb = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(bedeb), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS bedeb,
       CASE WHEN becre IS NULL THEN CAST(NULL AS BIGINT) WHEN becre = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(becre), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS becre,
       CASE WHEN obnetdeb IS NULL THEN CAST(NULL AS BIGINT) WHEN obnetdeb = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(obnetdeb), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS obnetdeb,
       CASE WHEN obnetcre IS NULL THEN CAST(NULL AS BIGINT) WHEN obnetcre = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(obnetcre), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS obnetcre,
       CASE WHEN onbdeb IS NULL THEN CAST(NULL AS BIGINT) WHEN onbdeb = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(onbdeb), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS onbdeb,
       CASE WHEN onbcre IS NULL THEN CAST(NULL AS BIGINT) WHEN onbcre = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(onbcre), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS onbcre,
       CASE WHEN oobdeb IS NULL THEN CAST(NULL AS BIGINT) WHEN oobdeb = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(oobdeb), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS oobdeb,
       CASE WHEN oobcre IS NULL THEN CAST(NULL AS BIGINT) WHEN oobcre = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(oobcre), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS oobcre,
       CASE WHEN sd IS NULL THEN CAST(NULL AS BIGINT) WHEN sd = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(sd), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS sd,
       CASE WHEN sc IS NULL THEN CAST(NULL AS BIGINT) WHEN sc = '0.0' THEN 0
            ELSE CAST(coalesce(CAST(nullif(trim(sc), '') AS DECIMAL(13, 2)), 0) * 100 AS BIGINT) END AS sc
FROM raw;

-- name: budgets
-- One row a body, year and budget: what is needed to know that it is whole, and a few sums.
SELECT exer, siren, cbudg, ident, MIN(lbudg) AS lbudg, MIN(nomen) AS nomen, MIN(categ) AS categ, MIN(ctype) AS ctype,
       MIN(ndept) AS ndept, MIN(cregi) AS cregi, COUNT(*) AS kept,
       SUM(bedeb - becre + obnetdeb - obnetcre + onbdeb - onbcre) AS moved, SUM(sd - sc) AS closed,
       SUM(CASE WHEN substr(compte, 1, 1) = '6' AND substr(compte, 1, 2) <> '68'
                 AND substr(compte, 1, 3) NOT IN ('675', '676')
                THEN (obnetdeb - oobdeb) - (obnetcre - oobcre) ELSE 0 END) AS operating,
       SUM(CASE WHEN substr(compte, 1, 3) IN ('237', '238') THEN (obnetdeb - oobdeb) - (obnetcre - oobcre)
                WHEN substr(compte, 1, 3) <> '204' AND substr(compte, 1, 2) IN ('20', '21', '23')
                THEN obnetdeb - oobdeb ELSE 0 END) AS equipment,
       SUM(CASE WHEN compte = '62876' THEN (obnetdeb - oobdeb) - (obnetcre - oobcre) ELSE 0 END) AS paid,
       SUM(CASE WHEN compte = '70876' THEN obnetcre - oobcre ELSE 0 END) AS received
FROM balances
GROUP BY exer, siren, cbudg, ident
ORDER BY exer, siren, cbudg, ident;

-- name: lines
-- One row a budget and an account that may be IT, functions together.
SELECT b.exer AS exer, b.siren AS siren, b.cbudg AS cbudg, b.ident AS ident, b.compte AS compte,
       SUM(b.obnetdeb) AS debit, SUM(b.obnetcre) AS credit, SUM(b.oobdeb) AS order_debit,
       SUM(b.oobcre) AS order_credit
FROM balances AS b
JOIN wanted AS w ON substr(b.compte, 1, 3) = w.start
GROUP BY b.exer, b.siren, b.cbudg, b.ident, b.compte
ORDER BY b.exer, b.siren, b.cbudg, b.ident, b.compte;

-- name: quartiles
-- The rows between which each quartile stands (type 7: linear around place (n - 1)·p), of each group: their cents and
-- people, and where. No PERCENTILE_CONT, which a transpiler makes approximate for some engines without a word. {double}
-- is the name of a double in the dialect.
SELECT grp, place, n, cents, people
FROM (SELECT grp, cents, people,
             ROW_NUMBER() OVER (PARTITION BY grp ORDER BY CAST(cents AS {double}) / people, cents, people) AS place,
             COUNT(*) OVER (PARTITION BY grp) AS n
      FROM spent) AS ranked
WHERE 4 * (place - 1) BETWEEN (n - 1) - 3 AND (n - 1) + 4
   OR 4 * (place - 1) BETWEEN 2 * (n - 1) - 3 AND 2 * (n - 1) + 4
   OR 4 * (place - 1) BETWEEN 3 * (n - 1) - 3 AND 3 * (n - 1) + 4
ORDER BY grp, place;
