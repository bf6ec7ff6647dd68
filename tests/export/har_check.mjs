// Prints what the HAR validator objects to in the archive on standard input, as JSON.
import { readFileSync } from 'node:fs'
import validator from '@har-sdk/validator'

const errors = await new validator.HarValidator().verify(JSON.parse(readFileSync(0, 'utf8')))
console.log(JSON.stringify(errors.map((error) => `${error.instancePath} ${error.message}`)))
