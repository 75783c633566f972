//go:build !lean

package extract

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
)

// pdfCrypt decrypts the strings and streams of a file that opens without a
// password, as files do that only restrict printing or copying (ISO 32000-2, 7.6).
type pdfCrypt struct {
	key              []byte
	strings, streams pdfName // the method: V2 (RC4), AESV2, AESV3 or Identity
}

var (
	errPDFPassword = errors.New("a password is needed")
	errPDFHandler  = errors.New("an unknown way of encryption")
)

// pdfPadding fills up passwords of less than 32 bytes.
const pdfPadding = "\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08" +
	"\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A"

// crypt reads the encryption dictionary of a file, whose first identifier is id.
func (f *pdfFile) crypt(d pdfDict, id string) (*pdfCrypt, error) {
	version, revision := int(f.number(d["V"])), int(f.number(d["R"]))
	if name := f.name(d["Filter"]); name != "Standard" {
		return nil, fmt.Errorf("%w: the handler %q", errPDFHandler, name)
	}
	c := &pdfCrypt{strings: "V2", streams: "V2"}
	length := 5
	switch version {
	case 1:
	case 2, 3:
		length = int(f.number(d["Length"])) / 8
	case 4, 5:
		length = 16
		method := func(use pdfName) pdfName {
			name := f.name(d[use])
			if name == "" || name == "Identity" {
				return "Identity"
			}
			return f.name(f.dict(f.dict(d["CF"])[name])["CFM"])
		}
		c.strings, c.streams = method("StrF"), method("StmF")
	default:
		return nil, fmt.Errorf("%w: version %d", errPDFHandler, version)
	}
	owner, user := f.str(d["O"]), f.str(d["U"])
	if version == 5 {
		return c, c.openAES256(user, f.str(d["UE"]), revision)
	}
	if len(owner) < 32 || len(user) < 16 {
		return nil, fmt.Errorf("%w: %d and %d bytes of keys", errPDFHandler, len(owner), len(user))
	}
	length = min(max(length, 5), 16)
	h := md5.New()
	h.Write([]byte(pdfPadding + owner[:32]))
	h.Write(binary.LittleEndian.AppendUint32(nil, uint32(int64(f.number(d["P"])))))
	h.Write([]byte(id))
	if f.get(d["EncryptMetadata"]) == false && revision >= 4 {
		h.Write([]byte{0xFF, 0xFF, 0xFF, 0xFF})
	}
	c.key = h.Sum(nil)
	check := []byte(pdfPadding)
	if revision >= 3 {
		for range 50 {
			sum := md5.Sum(c.key[:length])
			copy(c.key, sum[:])
		}
		sum := md5.Sum([]byte(pdfPadding + id))
		check = sum[:]
	}
	c.key = c.key[:length]
	rc4With(c.key, check)
	if revision >= 3 {
		key := make([]byte, length)
		for i := byte(1); i <= 19; i++ {
			for k := range key {
				key[k] = c.key[k] ^ i
			}
			rc4With(key, check)
		}
	}
	if string(check) != user[:min(len(user), len(check))] {
		return nil, errPDFPassword
	}
	return c, nil
}

func rc4With(key, data []byte) {
	if r, err := rc4.NewCipher(key); err == nil {
		r.XORKeyStream(data, data)
	}
}

// openAES256 finds the key of version 5: a hash of the password unlocks it.
func (c *pdfCrypt) openAES256(user, locked string, revision int) error {
	if len(user) < 48 || len(locked) < 32 {
		return fmt.Errorf("%w: %d and %d bytes of keys", errPDFHandler, len(user), len(locked))
	}
	hash := hardHash
	if revision < 6 {
		hash = func(salt string) [32]byte { return sha256.Sum256([]byte(salt)) }
	}
	if sum := hash(user[32:40]); string(sum[:]) != user[:32] {
		return errPDFPassword
	}
	sum := hash(user[40:48])
	c.key = []byte(locked[:32])
	return decryptCBC(sum[:], make([]byte, aes.BlockSize), c.key)
}

// hardHash is the hash of an empty password with a salt: algorithm 2.B.
func hardHash(salt string) (sum [32]byte) {
	first := sha256.Sum256([]byte(salt))
	k := first[:]
	for i := 0; ; i++ {
		e := bytes.Repeat(k, 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			return sum
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		remainder := 0 // of the first 16 bytes as a number, by 3: 256 leaves 1
		for _, b := range e[:16] {
			remainder += int(b)
		}
		switch remainder % 3 {
		case 0:
			h := sha256.Sum256(e)
			k = h[:]
		case 1:
			h := sha512.Sum384(e)
			k = h[:]
		case 2:
			h := sha512.Sum512(e)
			k = h[:]
		}
		if i >= 63 && int(e[len(e)-1]) <= i-31 {
			copy(sum[:], k)
			return sum
		}
	}
}

func decryptCBC(key, start, data []byte) error {
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	cipher.NewCBCDecrypter(block, start).CryptBlocks(data, data)
	return nil
}

// decrypt returns the plain bytes of a string or a stream of an object.
func (c *pdfCrypt) decrypt(method pdfName, id pdfRef, generation int, data []byte) []byte {
	key := c.key
	if method != "AESV3" {
		salted := append(bytes.Clone(key), byte(id), byte(id>>8), byte(id>>16), byte(generation), byte(generation>>8))
		if method == "AESV2" {
			salted = append(salted, "sAlT"...)
		}
		sum := md5.Sum(salted)
		key = sum[:min(len(c.key)+5, len(sum))]
	}
	switch method {
	case "V2":
		data = bytes.Clone(data)
		rc4With(key, data)
	case "AESV2", "AESV3":
		n := len(data) &^ (aes.BlockSize - 1)
		if n < 2*aes.BlockSize {
			return nil
		}
		start := data[:aes.BlockSize]
		data = bytes.Clone(data[aes.BlockSize:n])
		if decryptCBC(key, start, data) != nil {
			return nil
		}
		if pad := int(data[len(data)-1]); pad <= aes.BlockSize {
			data = data[:len(data)-pad]
		}
	}
	return data
}

// object decrypts an object that was read from the file itself. What lies in an
// object stream was decrypted with it, and cross-reference streams never are encrypted.
func (c *pdfCrypt) object(v any, id pdfRef, generation int) any {
	switch v := v.(type) {
	case string:
		return string(c.decrypt(c.strings, id, generation, []byte(v)))
	case []any:
		for i := range v {
			v[i] = c.object(v[i], id, generation)
		}
	case pdfDict:
		for k := range v {
			v[k] = c.object(v[k], id, generation)
		}
	case *pdfStream:
		if v.pdfDict["Type"] == pdfName("XRef") {
			return v
		}
		c.object(v.pdfDict, id, generation)
		v.raw = c.decrypt(c.streams, id, generation, v.raw)
	}
	return v
}
