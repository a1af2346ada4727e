// The one Chromium of the tests, and how it is started.
import { type Browser, chromium } from 'playwright-core';

/**
 * Its address bar draws what it suggests as web pages, and has them ready for each window: that costs more than our own
 * page does, and nobody looks at it.
 */
const unused = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxAimPopup',
  'PreloadTopChromeWebUI',
  'SpareRendererForSitePerProcess',
];

/** What Playwright switches off: of two lists Chromium takes the last one alone. */
const asPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  `--disable-features=${[...unused, ...asPlaywright].join()}`,
];

export function chromiumProgram(): string {
  const program = process.env.STET_CHROMIUM;
  if (!program) throw new Error('There is no Chromium here: name it in STET_CHROMIUM.');
  return program;
}

export const launchChromium = (...more: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumProgram(), args: [...chromiumArgs, ...more] });
