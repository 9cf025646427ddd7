/**
 * Passwords of ten and more characters that stand at the top of lists of leaked ones, and words of this house. Shorter ones are refused
 * by their length. Compared without case.
 */
const COMMON = new Set(
  `0123456789 0987654321 1111111111 1122334455 1212121212 123123123123 1231231231 1234512345 1234554321 123456123456 1234567890 12345678900
  12345678901 123456789012 1234567891 12345678910 1234567890a 1234567890q 123456789a 123456789abc 123456789q 123456qwerty 123654789a 123qwe123qwe
  123qweasdzxc 147258369a 1a2b3c4d5e 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qazxsw2 9876543210 9999999999 a123456789 a1234567890
  abc1234567 abcd123456 abcd1234abcd abcdefghij adminadmin administrator administrator1 asdasdasdasd asdfghjkl1 asdfghjkl; asdf1234asdf aaaaaaaaaa
  babygirl123 basketball baseball123 beautiful1 blink182blink changeme123 charlie123 chocolate1 cocacola123 computer123 default123 dragon12345
  football123 football10 godisgood1 hello12345 helloworld helloworld1 iloveyou12 iloveyou123 iloveyou1234 iloveyou2 internet123 jesuschrist
  jordan2323 letmein1234 liverpool1 liverpool123 manchester manchester1 master1234 michael123 monkey1234 motdepasse mypassword mypassword1
  newpassword nothing123 p@ssw0rd123 p@ssword123 pa55word123 passw0rd123 password01 password10 password11 password12 password123 password123!
  password1234 password12345 password1! passwordpassword pokemon123 princess12 princess123 q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedc1 qazwsxedcrfv
  qweasdzxc1 qweasdzxc123 qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] samsung123 sandra1234
  secret1234 spiderman1 starwars123 strawberry summer2024 summer2025 summer2026 sunshine12 sunshine123 superman123 test123456 testtest123
  thomas1234 trustno1trustno1 unbelievable wall.e2008 welcome123 welcome1234 whatever123 winter2025 winter2026 zaq12wsxcde3 zxcvbnm123 zxcvbnm1234
  zxcvbnm,./ lozinka123 lozinka1234 sifra12345 sifra123456 partizan1945 crvenazvezda zvezda1991 beograd123 beograd1234 srbija1234 srbija12345
  volimtebe1 volimtebe123 nekalozinka mojalozinka tefter1234 tefter12345 teftertefter`
    .split(/\s+/)
    .filter(Boolean),
)

/** Whether a password is one that anybody would try first, or one character over and over. */
export function isCommonPassword(password: string): boolean {
  return COMMON.has(password.toLowerCase()) || new Set(password).size <= 2
}
