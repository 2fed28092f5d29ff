// Starts the vendored components. Every main action works without this file (interface: ground rules).
import { initAll as startDesignSystem } from "./vendor/govuk-frontend-6.3.0/govuk-frontend.min.js";

startDesignSystem();

// The casework components are fetched only by the pages that use one.
if (document.querySelector('[data-module^="moj-"]')) {
  import("./vendor/moj-frontend-11.1.0/moj-frontend.min.js").then((casework) => casework.initAll());
}
