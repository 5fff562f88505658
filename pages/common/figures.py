"""Charts for the pages, made with Plotly: pages only say which."""

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

# Amber on nothing; rgb() because Streamlit takes some hex colours for its own.
_ERRORS = [
    [0, "rgba(214, 138, 24, 0)"],
    [0.01, "rgba(214, 138, 24, 0.2)"],
    [1, "rgb(214, 138, 24)"],
]
_INK = {False: "rgb(18, 33, 60)", True: "rgb(236, 239, 246)"}  # of the light and the dark theme


def confusion(_: Callable[[str], str], counts: Sequence[Sequence[int]], *, dark: bool) -> go.Figure:
    """Draw a confusion matrix `(10, 10)`: rows are labels, columns predictions, colour is errors.

    The diagonal, what was read right, is a hundred times the rest; it has numbers but no colour.
    """
    digits = [str(digit) for digit in range(len(counts))]
    errors = [
        [0 if label == read else count for read, count in enumerate(row)]
        for label, row in enumerate(counts)
    ]
    chart = go.Figure(
        go.Heatmap(
            z=errors,
            text=[[str(count) if count else "" for count in row] for row in counts],
            x=digits,
            y=digits,
            texttemplate="%{text}",
            textfont={"color": _INK[dark], "size": 13},
            colorscale=_ERRORS,
            showscale=False,
            hovertemplate=_("a %{y}, read as %{x}: %{text}") + "<extra></extra>",
            xgap=2,
            ygap=2,
        )
    )
    chart.update_xaxes(title=_("read as"), side="top", showgrid=False, constrain="domain", dtick=1)
    chart.update_yaxes(
        title=_("written"),
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        scaleanchor="x",
        dtick=1,
    )
    chart.update_layout(height=460, margin={"l": 10, "r": 10, "t": 40, "b": 10})
    return chart
