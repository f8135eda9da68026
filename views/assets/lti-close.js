/** Tells the platform that the registration is done (`org.imsglobal.lti.close`); it closes the frame. */
const button = document.querySelector('[data-lti-close]');
button.addEventListener('click', () => {
  const platform = window.opener ?? window.parent;
  platform.postMessage({ subject: 'org.imsglobal.lti.close' }, button.dataset.ltiClose);
});
