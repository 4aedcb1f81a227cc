"""The bare join on pandas, by hand, all in memory: `python on_pandas.py FOLDER OUTPUT`."""

import sys
from pathlib import Path

import pandas as pd

folder, output = Path(sys.argv[1]), sys.argv[2]
events = pd.read_parquet(folder / "crm_api.parquet", columns=["happened_at", "ip", "path", "status"])
events = events[(events["status"] == 200) & events["ip"].str.startswith("203.0.113.")]
found = events["path"].str.extract(
    r"^/(?:customers/(?P<customer>[^/]+)|members/(?P<member>[^/]+)|lists/(?P<list>[^/]+)/export)$"
)
found["read_at"] = pd.to_datetime(events["happened_at"], utc=True).dt.tz_localize(None)
crm = pd.read_parquet(folder / "crm.parquet")
customers = crm.merge(found[["customer", "read_at"]].dropna(), left_on="id", right_on="customer")
is_there = (customers["joined_at"].isna() | (customers["joined_at"] <= customers["read_at"])) & (
    customers["left_at"].isna() | (customers["read_at"] < customers["left_at"])
)
customers = customers[is_there]
members = pd.read_parquet(folder / "mailing.parquet")
members = members[members["id"].isin(found["member"].dropna()) | members["list"].isin(found["list"].dropna())]
FIELDS = {"first": 1, "last": 2, "email": 4, "phone": 8, "born": 16, "card": 32, "list": 64}
parts = []
for frame, other in ((customers, "id"), (members, "customer")):
    part = pd.DataFrame({"person": frame["email"].str.strip().str.lower().fillna(frame[other]).fillna(frame["id"])})
    part["brand"] = frame["brand"]
    for name in FIELDS:
        part[name] = frame[name].notna() if name in frame.columns and not (other == "id" and name == "list") else False
    parts.append(part)
told = pd.concat(parts).groupby(["person", "brand"], sort=False, as_index=False).max()
told["fields"] = sum(told[name].astype("int32") * bit for name, bit in FIELDS.items())
told[["person", "brand", "fields"]].to_parquet(output, compression="zstd")
