"""The making of the table on Spark: run by the Python or the `spark-submit` of who has one.

    COMMAND spark_job.py ASKED.json FOLDER

Standard library and pyspark alone: Portulan is not installed there. ASKED has the address of the
balances (Parquet, or CSV as published, a folder of them or one file), the queries of `making.sql`
and the beginnings of the accounts; FOLDER receives the rows of each query as a table, then `done`.
"""

import csv
import importlib
import json
import os
import sys
from typing import Any

TEXTS = ("exer", "ident", "bal", "compte", "siren", "cbudg", "lbudg", "nomen", "categ", "ctype")
PLACES = ("ndept", "cregi", "fonction")
AMOUNTS = ("bedeb", "becre", "obnetdeb", "obnetcre", "onbdeb", "onbcre", "oobdeb", "oobcre")
CLOSED = ("sd", "sc")
NEEDED = ("exer", "siren", "cbudg", "compte", "obnetdeb", "obnetcre", "oobdeb", "oobcre")


def main(asked: dict[str, Any], folder: str) -> int:
    """Make the table; a sentence and exit 3 when the columns are not those of a balance."""
    sql = importlib.import_module("pyspark.sql")
    spark = sql.SparkSession.builder.appName("portulan-observatory").getOrCreate()
    try:
        frame = read(spark, asked)
        names = {name.strip().lstrip("\ufeff").lower(): name for name in reversed(frame.columns)}
        missing = [name for name in NEEDED if name not in names]
        if missing:
            sys.stderr.write("missing columns: {}\n".format(", ".join(missing)))
            return 3
        frame.createOrReplaceTempView("file")
        is_made = dict(frame.dtypes)[names["obnetdeb"]] == "bigint"  # cents already
        if is_made:
            spark.table("file").createOrReplaceTempView("said")
        else:
            spark.sql(raw(names)).createOrReplaceTempView("raw")
            spark.sql(asked["queries"]["said"]).createOrReplaceTempView("said")
        starts = ", ".join(f"('{start}')" for start in asked["wanted"])
        values = "SELECT * FROM VALUES {} AS w(start)"
        spark.sql(values.format(starts)).createOrReplaceTempView("wanted")
        kept = "SELECT {} * FROM said WHERE bal IN ('', 'DEF')"
        spark.sql(kept.format("DISTINCT")).createOrReplaceTempView("balances")
        counts = "SELECT (SELECT count(*) FROM said), ({}), ({})"
        every = counts.format(
            "SELECT count(*) FROM said WHERE bal IN ('', 'DEF')", "SELECT count(*) FROM balances"
        )
        write(folder, "counts", spark.sql(every))
        for name in ("lines", "budgets"):
            write(folder, name, spark.sql(asked["queries"][name]))
    finally:
        spark.stop()
    with open(os.path.join(folder, "done"), "w", encoding="utf-8"):
        pass
    return 0


def read(spark: Any, asked: dict[str, Any]) -> Any:
    """Return the frame of an address: Parquet by its name, else tables of text."""
    reader = spark.read.option("recursiveFileLookup", "true")
    if asked["parquet"]:
        return reader.parquet(asked["address"])
    options = {"sep": ";", "header": "true", "encoding": asked["encoding"], "mode": "FAILFAST"}
    return reader.options(**options).csv(asked["address"])


def raw(names: dict[str, str]) -> str:
    """Return the query of `raw`: each column by its name, as text, amounts with a decimal point."""
    kept = []
    for name in TEXTS + PLACES:
        column = f"CAST(`{names[name]}` AS STRING)" if name in names else "''"
        kept.append(f"{column} AS {name}")
    for name in AMOUNTS + CLOSED:
        if name in names:
            text = f"replace(CAST(`{names[name]}` AS STRING), ',', '.')"
            kept.append(f"coalesce({text}, '') AS {name}")
        else:
            kept.append(f"CAST(NULL AS STRING) AS {name}")
    query = "SELECT {} FROM file"
    return query.format(", ".join(kept))


def write(folder: str, name: str, frame: Any) -> None:
    """Write rows as they come: the driver never holds them all."""
    with open(os.path.join(folder, name + ".csv"), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in frame.toLocalIterator():
            writer.writerow(["" if cell is None else cell for cell in row])


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        said = json.load(file)
    sys.exit(main(said, sys.argv[2]))
