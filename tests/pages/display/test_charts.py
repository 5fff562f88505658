import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MEANWHILE = """
import sys, threading, time
import plotly.graph_objects
loading = threading.Thread(target=__import__, args=["pandas"])
loading.start()
while "pandas" not in sys.modules:
    time.sleep(0.001)
from pages.display import charts
chart = charts.calibration([(0.9, 0.8, 10)], dark=False)
loading.join()
print(len(chart.data))
"""


def test_a_chart_is_drawn_while_another_visitors_table_still_loads_pandas():
    done = subprocess.run(
        [sys.executable, "-c", MEANWHILE], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr[-500:]
