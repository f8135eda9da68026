import { startBehaviours } from './behaviours.js';
import { startFrame } from './frame.js';
import { startGuards } from './guard.js';
import { startLocalTimes } from './local-time.js';
import { startNavigation } from './navigation.js';
import { startOpeners } from './openers.js';

document.documentElement.classList.add('has-script');
// Before htmx's own listeners on elements: a question has to come before the request.
startGuards();
startNavigation();
startOpeners();
startLocalTimes();
startFrame();
startBehaviours();
