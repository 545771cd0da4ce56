"""Opens a run file and a study file of podsim with h5py, as docs/results.md tells, and checks what it reads."""
import json
import math
import os
import re
import sys

import h5py


def check_run(path):
    with h5py.File(path, "r") as file:
        assert file.attrs["schema"] == "podsim/run-file/1", file.attrs["schema"]
        assert file.attrs["seed"] == 7
        assert file["inputs/0"].asstr()[()] == "name: bert\n# größer\n"
        assert file["inputs/1"].asstr()[()] == ""
        assert file["inputs/0"].attrs["path"] == "workloads/bert-large-500k.yaml"
        step = file["summary/step_seconds"]
        assert (step[()], step.attrs["unit"]) == (0.3, "s")
        assert bool(file["summary/fits"][()]) is True
        assert file["summary/workload"].asstr()[()] == "bert-large-500k"
        assert [len(note) > 20 for note in file["summary/notes"].asstr()[:]] == [True]
        assert list(file["summary/remedies"][:]) == []
        summary = json.loads(file["summary_json"].asstr()[()])
        assert summary["step_seconds"] == step[()]
        assert summary["phases"][1]["name"] == file["phases/1/name"].asstr()[()]
        timeline = file["timeline"]
        rows = timeline[:]
        assert list(timeline.attrs["units"]) == ["s", "s", "", "", "", "FLOP", "B", ""]
        assert rows["lane"].tolist() == [b"device", b"network", b"host"]
        assert rows["end_seconds"].tolist() == [0.125, 0.1875, 0.75]


def check_study(path):
    with h5py.File(path, "r") as file:
        assert file.attrs["schema"] == "podsim/study-file/1", file.attrs["schema"]
        points = file["points"][:]
        assert points.dtype.names == ("chips", "link_GBps", "wall_hours", "status")
        assert points["chips"].tolist() == [32, 32, 64, 64]
        assert points["wall_hours"].tolist()[:3] == [43.5, 41.25, 24.5] and math.isnan(points["wall_hours"][3])
        assert points["status"].tolist() == [b"done"] * 3 + [b"impossible"]
        axes = {axis.attrs["name"]: axis[:].tolist() for axis in file["axes"].values()}
        assert axes == {"run.chips": [32, 64], "platform.interconnect.link_GBps": [70, 140]}, axes


def run_example(document, folder):
    """Runs the example of the documentation beside the run file."""
    with open(document, encoding="utf-8") as text:
        example = re.search(r"```python\n(.*?)```", text.read(), re.DOTALL).group(1)
    os.chdir(folder)
    names = {}
    exec(example, names)
    assert names["run"]["schema"] == "podsim/run/1"


def run_pandas_example(document):
    """Runs the second example, where pandas is installed."""
    try:
        import pandas
    except ImportError:
        print("pandas is not installed: its example is not run")
        return
    with open(document, encoding="utf-8") as text:
        example = re.findall(r"```python\n(.*?)```", text.read(), re.DOTALL)[1]
    names = {"pandas": pandas}
    exec(example, names)
    points = names["points"]
    assert points["status"].tolist() == ["done"] * 3 + ["impossible"]
    assert points["wall_hours"].notna().sum() == 3 and names["units"]["wall_hours"] == "h", names["units"]


run, study, document = (os.path.abspath(path) for path in sys.argv[1:])
check_run(run)
check_study(study)
run_example(document, os.path.dirname(run))
run_pandas_example(document)
