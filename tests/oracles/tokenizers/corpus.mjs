// The texts that every tokenizer is asked about. Numbers in names say how long a run is.
const letters = "The quick brown fox jumps over the lazy dog. ";
export const special = [
  "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", "<s>[INST] hi [/INST]</s>", "<unk>", "</s> tail", "x</s>y",
  "<|user|>\nhi<|end|>\n<|assistant|>\n", "<|assistant|>   spaced   <|end|>  after", "a<|endoftext|>b <|endoftext|> c", "<tool_call>\n{}\n</tool_call>",
  "<|im_end|", "<|im_end|>>", "<<|im_end|>", "<|placeholder1|>  x", "<0x0A>", "<s><s>", " <s> ", "</s>   </s>", "<|system|>  \n x",
];
export const plain = [
  "", " ", "  ", "   ", "\n", "\n\n", "\r\n", " \n", "\n ", "\t", "\t\tx", "a", " a", "a ", "  a  b   c    d     e",
  "Hello, world!", "hello world", "Hello   world\n\n\nfoo  \n  bar", letters, letters.repeat(5),
  "I'm you're he'd they've we'll it's don't I'M YOU'RE HE'D THEY'VE WE'LL IT'S DON'T o'clock 'tis ''s 's 'S 'lL",
  "1 12 123 1234 12345 123456 3.14159 1,000,000 0x1F 1e-9 ½ ² Ⅷ ٣٤٥ १२३ 𝟘𝟙𝟚 ①②",
  "for (int i = 0; i < n; i++) {\n    if (a[i] != b[i]) {\n        return -1; // nope\n    }\n}\n",
  "def f(x):\n\treturn {'a': [1, 2, 3], \"b\": x**2}\n\n\nclass A(B):\n    pass\n",
  "<html>\n  <body class=\"x\">&amp;</body>\n</html>\n", "SELECT * FROM t WHERE a='b' AND c<>d;--\r\n\r\n", "https://example.com/a/b?c=d&e=f#g",
  "snake_case camelCase PascalCase SCREAMING_CASE kebab-case ABCdef XMLHttpRequest iPhone", "!@#$%^&*()_+-=[]{}|;':\",./<>?`~", "...!!!???---===",
  "naïve café résumé Ångström Über", "nai\u0308ve cafe\u0301 re\u0301sume\u0301 A\u030angstro\u0308m", "e\u0301\u0327 e\u0327\u0301 \u1e69 s\u0323\u0307 s\u0307\u0323",
  "\u212b \u2126 \u00c5 \ufb01 \ufb03 ﬁ ㎏ ½ ｆｕｌｌ", "İstanbul ıI ß ẞ ς Σ ΑΣ", "Привет, мир! Ёлка", "Γειά σου Κόσμε", "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "สวัสดีชาวโลก",
  "你好，世界！今天天气很好。", "日本語のテキスト、カタカナとひらがな。", "안녕하세요 세계", "\u1112\u1161\u11ab\u1100\u1173\u11af", "漢字かな交じり文123と ABC", "𠀀𠀁𠮷野家 𪚥", "𝐇𝐞𝐥𝐥𝐨 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒳𝓎", "𐐀𐐁𐐨 𐍈 𒀀 𓀀",
  "😀", "😀😃😄", "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪🇯🇵", "a😀b 😀 c", "text ☃ ♥ ★ ✓ → ∑ √ ∞ € £ ¥ ₿", "1️⃣2️⃣ #️⃣", "🤷‍♂️🤷🏿‍♀️ ok",
  "\u0000", "a\u0000b", "\u0001\u0002\u0003\u001b[31mred\u001b[0m", "\u007f\u0080\u0081\u009f", "zero\u200bwidth\u200cjoin\u200der", "nb\u00a0sp\u2003em\u3000ideo",
  "soft\u00adhyphen", "\u202eRTL\u202c", "line\u2028sep\u2029para", "\u180e mongolian", "\ufffd \ufffe \uffff", "\ue000 private \u{f0000}", "\u{10ffff} \u0378 \u{e0041}",
  "a".repeat(37), "a".repeat(300), " ".repeat(40) + "x", "x" + " ".repeat(33), " ".repeat(100), "\n".repeat(30), "\t".repeat(17) + "y", "=".repeat(80), "-".repeat(33) + "\n", "ab".repeat(100),
  "0".repeat(50), "👍".repeat(20), "漢".repeat(40), "é".repeat(40), "\r".repeat(5) + "\n".repeat(5), " \n \n  \n   x", "x \n\n y\t\n z", "\n\n  indented\n    more\n", "trailing   \n", "  \u00a0 \t mixed \u3000 spaces ",
  "▁", "▁▁a", "a▁b", "▁ ▁", "Ġthe Ċ", "<0xE4>", "\\n \\u0041", "a\u0300\u0301\u0302\u0303\u0304\u0305", "x\u0301".repeat(10), "\u0301start", "ﷺ ꙮ 𝄞", "t\u00ean v\u1ec7t Ti\u1ebfng Vi\u1ec7t", "co\u0323\u0302ng",
  "'", "''", "' s", "'ve", "'VE've", "don’t", "“quotes” ‘single’ «guillemets» „low“", "a-b—c–d", "C++ C# F# .NET Node.js", "$100 50% #1 @user", "E=mc^2; H₂O; x²+y²", "{\"key\": \"value\", \"n\": [1.5, null, true]}",
];
