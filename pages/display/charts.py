"""Charts for the pages, made with Plotly: pages only say which."""

from collections.abc import Sequence

# Plotly asks pandas as soon as it finds it, half loaded too: a table elsewhere may be loading it.
import pandas  # noqa: F401
import plotly.graph_objects as go

from pages.visitor.language import _

# Of the light and the dark theme; rgb() because Streamlit takes some hex colors for its own.
_INK = {False: "rgb(18, 33, 60)", True: "rgb(236, 239, 246)"}
_AMBER = {False: "rgb(154, 91, 0)", True: "rgb(255, 194, 71)"}


def calibration(bins: Sequence[tuple[float, float, int]], *, dark: bool) -> go.Figure:
    """Return accuracy over confidence as a chart, with the line where both agree.

    Each bin is the mean probability, the share that was right, and how many digits it holds; a
    point's area grows with their number.
    """
    sure, right, counts = zip(*bins, strict=True)
    most = max(counts)
    chart = go.Figure(
        [
            go.Scatter(
                x=[0, 1],
                y=[0, 1],
                mode="lines",
                line={"color": _INK[dark], "width": 1, "dash": "dot"},
                opacity=0.6,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=sure,
                y=right,
                customdata=counts,
                mode="markers",
                marker={
                    "color": _AMBER[dark],
                    "size": [8 + 22 * (count / most) ** 0.5 for count in counts],
                    "opacity": 0.85,
                },
                hovertemplate=_("{count} digits: confidence {sure}, accuracy {right}").format(
                    count="%{customdata:,}", sure="%{x:.1%}", right="%{y:.1%}"
                )
                + "<extra></extra>",
            ),
        ]
    )
    chart.update_xaxes(title=_("confidence"), range=[0, 1.04], tickformat=".0%", dtick=0.2)
    chart.update_yaxes(title=_("accuracy"), range=[0, 1.06], tickformat=".0%", dtick=0.2)
    chart.update_layout(height=340, margin={"l": 10, "r": 10, "t": 10, "b": 10}, showlegend=False)
    return chart
