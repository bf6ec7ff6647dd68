// File: the device's file system, with whole files and as in C.
let File = {
  _write: ffi('int sim_file_write(char *, char *, char *)'),

  read: ffi('char *sim_file_read(char *)'),
  write: function(text, name, mode) { return File._write(text, name, mode || 'w'); },
  rename: ffi('int rename(char *, char *)'),
  remove: ffi('int remove(char *)'),
  fopen: ffi('void *fopen(char *, char *)'),
  fclose: ffi('void fclose(void *)'),
  fread: ffi('int fread(void *, int, int, void *)'),
  fwrite: ffi('int fwrite(void *, int, int, void *)')
};
