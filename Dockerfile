# Convscope in a container, with a health check and without root:
#   docker build -t convscope .                              for any machine
#   docker build -t convscope --build-arg VARIANT=gpu .      with what TensorFlow needs of CUDA
FROM python:3.11-slim AS build
ARG VARIANT=cpu
COPY requirements.txt requirements.lock /
RUN python -m venv /opt/convscope \
 && /opt/convscope/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
 && if [ "$VARIANT" = gpu ]; then \
      /opt/convscope/bin/pip install --no-cache-dir \
        "$(sed -n 's/^tensorflow==/tensorflow[and-cuda]==/p' requirements.txt)"; \
    fi

FROM python:3.11-slim
RUN useradd --uid 10001 --home-dir /data convscope \
 && mkdir /data && chown convscope /data
COPY --from=build /opt/convscope /opt/convscope
COPY . /app
WORKDIR /app
USER convscope
ENV PATH=/opt/convscope/bin:$PATH CONVSCOPE_HOME=/data PYTHONDONTWRITEBYTECODE=1
VOLUME /data
EXPOSE 8501
HEALTHCHECK --start-period=30s --interval=10s --timeout=5s CMD \
  ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0"]
