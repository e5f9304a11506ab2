/** A hand-written Kubernetes event for "send a test". */
export const sample = {
  headers: { "content-type": "application/json" },
  body: {
    kind: "Event",
    apiVersion: "events.k8s.io/v1",
    metadata: {
      name: "shop-7c7b47f5f-8bhrp.17c0ffee",
      namespace: "production",
      uid: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c19",
      creationTimestamp: "2026-11-20T10:01:30Z",
    },
    eventTime: "2026-11-20T10:01:30.000000Z",
    reportingController: "kubelet",
    reason: "BackOff",
    action: "Restarting",
    regarding: { kind: "Pod", namespace: "production", name: "shop-7c7b47f5f-8bhrp" },
    note: "Back-off restarting failed container shop in pod shop-7c7b47f5f-8bhrp",
    type: "Warning",
    series: { count: 4, lastObservedTime: "2026-11-20T10:03:00.000000Z" },
  },
};
