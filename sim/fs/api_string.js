// StringUtils: spaces at the ends of strings, and parts between separators.
let StringUtils = {
  ltrim: function(string) {
    let begin = 0;
    while (string[begin] === ' ') { begin++; }
    return string.slice(begin, string.length);
  },
  rtrim: function(string) {
    let end = string.length;
    while (end > 0 && string[end - 1] === ' ') { end--; }
    return string.slice(0, end);
  },
  trim: function(string) { return StringUtils.rtrim(StringUtils.ltrim(string)); },

  // Parts that are empty are left out, and unless trim is false, spaces around each
  split: function(string, separator, trim) {
    let parts = [], part = '', at = 0;
    if (separator === undefined) { separator = ' '; }
    while (at <= string.length) {
      if (at === string.length || string[at] === separator) {
        if (trim !== false) { part = StringUtils.trim(part); }
        if (part !== '') { parts.push(part); }
        part = '';
      } else {
        part += string[at];
      }
      at++;
    }
    return parts;
  }
};
