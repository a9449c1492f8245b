// Shows /openapi.json with Swagger UI; everything comes from this host.
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  onComplete: () => {
    // Names that the vendored page leaves out, for whoever hears it.
    const zh = document.documentElement.lang === "zh";
    for (const [place, chinese, english] of [
      [".information-container", "说明", "About the service"],
      [".scheme-container", "服务器", "Server"],
      [".filter-container", "筛选", "Filter"],
    ]) {
      const part = document.querySelector(`#api ${place}`);
      part?.setAttribute("role", "region");
      part?.setAttribute("aria-label", zh ? chinese : english);
    }
    document.querySelector("#api .info .title")?.setAttribute("aria-level", "2");
    document.getElementById("servers")?.setAttribute("aria-label", zh ? "服务器" : "Server");
    document.body.dataset.shown = "";
  },
});
