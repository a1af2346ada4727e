import Backbone from 'backbone';
import $ from 'jquery';
import { Shell } from './shell.js';
import { startTheme } from './theme.js';

// The page begins here.

Backbone.$ = $;
startTheme();
void new Shell(document.getElementById('app') as HTMLElement).start();
