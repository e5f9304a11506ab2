# The server in a container: docker build -t vice . && docker run -p 127.0.0.1:4400:4400 -v vice:/var/lib/vice vice
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY dashboard/package.json dashboard/
RUN npm ci --ignore-scripts && npm rebuild esbuild
COPY . .
RUN npm run build && npm pack --ignore-scripts --pack-destination /tmp

FROM node:24-slim
COPY --from=build /tmp/vice-deploy-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/vice-deploy-*.tgz \
  && rm -rf /tmp/* /root/.npm \
  && install -d -o node -g node -m 0750 /var/lib/vice
ENV NODE_ENV=production VICE_HOME=/var/lib/vice
VOLUME /var/lib/vice
USER node
WORKDIR /var/lib/vice
EXPOSE 4400
# Reached from outside the container, so the server asks for a token: docker exec <container> vice token --help
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4400/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["vice", "serve", "--host", "0.0.0.0", "--port", "4400"]
