"""Redraws a result of podsim. See `plot.py --help`."""

import argparse
import json
import os
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

BLUE, ORANGE, GREY, GREEN, RED, PURPLE, BROWN = (
    "#1f5fa8", "#d9822b", "#8a8f98", "#3d8b4f", "#b5403a", "#7b5ea7", "#8c6d46")
PARTS = [("compute", BLUE), ("exposed_communication", ORANGE), ("pipeline_bubble", PURPLE),
         ("optimizer", GREEN), ("input", RED), ("overhead", GREY)]


class Bad(Exception):
    """A file that cannot be drawn; the message says why and what can."""


def text(value):
    return value.decode("utf-8").rstrip("\0") if isinstance(value, bytes) else str(value)


def rows_of(file):
    """The points that ran, as dictionaries; texts decoded."""
    points = file["points"][:]
    rows = [{name: text(row[name]) if isinstance(row[name], bytes) else row[name] for name in points.dtype.names}
            for row in points]
    done = [row for row in rows if row["status"] == "done" and row["fits"]]
    if not done:
        raise Bad("no point of the study ran and fits into memory: there is nothing to draw")
    return done


def plain(value, _position=None):
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.3g}"


def doublings(axis, values):
    axis.set_xscale("log", base=2)
    ticks = sorted(set(values))
    axis.set_xticks(ticks)
    axis.xaxis.set_major_formatter(FuncFormatter(plain))
    axis.xaxis.set_minor_formatter(NullFormatter())
    letters = sum(len(plain(tick)) for tick in ticks)
    axis.tick_params(axis="x", labelrotation=0 if len(ticks) < 9 and letters < 34 else 45)


def logarithmic(axis):
    """A logarithmic axis (xaxis or yaxis) with plain numbers, more of them where it spans less than a decade."""
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    low, high = axis.get_view_interval()
    shown = "123456789" if high < 10 * low else "25"
    axis.set_major_formatter(FuncFormatter(plain))
    axis.set_minor_formatter(FuncFormatter(lambda v, _: plain(v) if f"{v:.0e}"[0] in shown else ""))
    axis.set_tick_params(which="both", labelsize=9)


def title_of(row):
    return f"{row['workload']} on {row['platform']}"


def draw_scaling(file):
    rows = rows_of(file)
    chips = [row["chips"] for row in rows]
    hours = [row["wall_hours"] for row in rows]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    left.fill_between(chips, [r["wall_hours_low"] for r in rows], [r["wall_hours_high"] for r in rows],
                      color=BLUE, alpha=0.15, linewidth=0, label="80 % interval")
    left.plot(chips, hours, "o-", color=BLUE, label="predicted")
    left.plot(chips, [hours[0] * chips[0] / n for n in chips], "--", color=GREY, label="as many times faster as chips")
    for row in rows:
        if "knee" in row["limits"].split(","):
            left.axvline(row["chips"], color=RED, linewidth=1, linestyle=":")
            left.annotate("knee", (row["chips"], row["wall_hours"]), xytext=(6, 10), textcoords="offset points",
                          color=RED)
    logarithmic(left.yaxis)
    left.set(xlabel="chips", ylabel="hours of the run", title=title_of(rows[0]))
    left.legend(frameon=False, fontsize=8)
    right.plot(chips, [100 * row["efficiency"] for row in rows], "o-", color=GREEN)
    right.set(xlabel="chips", ylabel="efficiency, %", ylim=(0, 108), title="what each chip still does")
    if "cost_usd_on_demand" in rows[0]:
        money = right.twinx()
        money.plot(chips, [row["cost_usd_on_demand"] for row in rows], "s--", color=ORANGE, markersize=4)
        logarithmic(money.yaxis)
        money.set_ylabel("dollars on demand", color=ORANGE)
    for axis in (left, right):
        doublings(axis, chips)
        axis.grid(alpha=0.25)
    right.yaxis.label.set_color(GREEN)
    return figure


def label_chips(axis, rows):
    """The number of chips at each point: above it, or below where the label before it would be in the way."""
    before = None
    for row in sorted(rows, key=lambda row: row["wall_hours"]):
        place = row["wall_hours"], row["cost_usd_on_demand"]
        x, y = axis.transData.transform(place)
        near = before is not None and x - before[0] < 36 and abs(y - before[1]) < 14
        axis.annotate(plain(row["chips"]), place, xytext=(-6, -12) if near else (5, 5), textcoords="offset points",
                      fontsize=7, ha="right" if near else "left")
        before = None if near else (x, y)


def draw_front(file):
    rows = rows_of(file)
    figure, axis = plt.subplots(figsize=(6.5, 4.2))
    hours = [row["wall_hours"] for row in rows]
    dollars = [row["cost_usd_on_demand"] for row in rows]
    axis.plot(hours, dollars, drawstyle="steps-post", color=GREY, linewidth=1)
    colours = [BLUE, ORANGE, GREEN, PURPLE, RED, BROWN]
    names = sorted({row["platform"] for row in rows})
    for index, name in enumerate(names):
        own = [row for row in rows if row["platform"] == name]
        axis.plot([r["wall_hours"] for r in own], [r["cost_usd_on_demand"] for r in own], "o",
                  color=colours[index % len(colours)], label=name)
    logarithmic(axis.xaxis)
    logarithmic(axis.yaxis)
    label_chips(axis, rows)
    axis.set(xlabel="hours of the run", ylabel="dollars on demand",
             title=f"{rows[0]['workload']}: time against money (number of chips)")
    axis.legend(frameon=False, fontsize=8)
    axis.grid(alpha=0.25)
    return figure


def draw_batches(file):
    rows = rows_of(file)
    other = [text(file["axes"][key].attrs["name"]) for key in file["axes"]]
    other.remove("run.batch")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    series = {}
    for row in rows:
        label = ", ".join(f"{name.split('.')[-1]} {row[name]}" for name in other) or title_of(row)
        series.setdefault(label, []).append(row)
    if other and len(series) > 1 and all(len(points) == 1 for points in series.values()):
        # Axes that go together: one line, the other values beside its points.
        left.margins(x=0.22)
        for label, (row,) in series.items():
            left.annotate(label, (row["global_batch"], row["examples_per_second"]), xytext=(5, -9),
                          textcoords="offset points", fontsize=7)
        series = {title_of(rows[0]): rows}
    for label, points in series.items():
        points.sort(key=lambda row: row["global_batch"])
        batches = [row["global_batch"] for row in points]
        left.plot(batches, [row["examples_per_second"] for row in points], "o-", label=label)
        right.plot(batches, [row["wall_hours"] for row in points], "o-", label=label)
    for axis, ylabel in ((left, "examples a second"), (right, "hours of the run")):
        doublings(axis, [row["global_batch"] for row in rows])
        logarithmic(axis.yaxis)
        axis.set(xlabel="examples a step", ylabel=ylabel)
        axis.grid(alpha=0.25)
    left.set_title(title_of(rows[0]))
    left.legend(frameon=False, fontsize=8)
    return figure


def draw_step(file):
    run = json.loads(text(file["summary_json"][()]))
    phases = run["phases"]
    figure, axis = plt.subplots(figsize=(8, 1.6 + 0.6 * len(phases)))
    for row, phase in enumerate(phases):
        start = 0
        for part, colour in PARTS:
            milliseconds = 1e3 * phase["breakdown_seconds"][part]
            if milliseconds <= 0:
                continue
            axis.barh(row, milliseconds, left=start, color=colour, height=0.6)
            if milliseconds > 60 * phase["step_seconds"]:
                axis.text(start + milliseconds / 2, row, f"{milliseconds:.3g}", ha="center", va="center", color="white",
                          fontsize=8)
            start += milliseconds
        axis.plot([1e3 * phase["step_bound_seconds"]] * 2, [row - 0.38, row + 0.38], color="black", linewidth=1.5)
    used = [(part, colour) for part, colour in PARTS if any(p["breakdown_seconds"][part] > 0 for p in phases)]
    handles = [plt.Rectangle((0, 0), 1, 1, color=colour) for _, colour in used]
    handles.append(plt.Line2D([], [], color="black", linewidth=1.5))
    names = [part.replace("_", " ") for part, _ in used] + ["physical bound"]
    axis.legend(handles, names, ncol=3, frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.55 / (0.77 * figure.get_figheight())))
    axis.set_yticks(range(len(phases)), [phase["name"] for phase in phases])
    axis.invert_yaxis()
    axis.set(xlabel="milliseconds of a step",
             title=f"{run['workload']} on {run['chips']:,} chips of {run['platform']}, {run['global_batch']:,} examples")
    return figure


def drawer_of(file):
    schema = text(file.attrs.get("schema", ""))
    if schema == "podsim/run-file/1":
        return draw_step
    if schema != "podsim/study-file/1":
        raise Bad("not a result of podsim run, scale, sweep or plan")
    axes = [text(file["axes"][key].attrs["name"]) for key in file["axes"]]
    if "limits" in file["points"].dtype.names:
        return draw_scaling
    if "run.batch" in axes:
        return draw_batches
    if axes == ["run.platform"]:
        return draw_front
    raise Bad(f"a study over {', '.join(axes)} has no picture; those over run.batch have one, and what scale and plan write")


def main():
    parser = argparse.ArgumentParser(
        prog="plot", description="Redraws a result of podsim as NAME.png and NAME.pdf: the scaling curve with its knee "
        "(scale), the time-cost front (plan), the batch sweep (sweep over run.batch) or the parts of a step (run).",
        epilog="Example: podsim scale bert-large-500k tpu-v3-pod --chips 16..512 -o scale.h5 && scripts/plot scale.h5")
    parser.add_argument("file", metavar="FILE.h5", help="written by podsim with -o")
    parser.add_argument("-o", "--output", metavar="NAME", help="without an ending; default: the file's name")
    arguments = parser.parse_args()
    name = arguments.output or os.path.splitext(arguments.file)[0]
    try:
        with h5py.File(arguments.file) as file:
            figure = drawer_of(file)(file)
        for ending in ("png", "pdf"):
            metadata = {"Software": None} if ending == "png" else {"CreationDate": None}
            figure.savefig(f"{name}.{ending}", bbox_inches="tight", dpi=130, metadata=metadata)
    except (Bad, OSError) as error:
        print(f"plot: {arguments.file}: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{name}.png {name}.pdf")


if __name__ == "__main__":
    main()
