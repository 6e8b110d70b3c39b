using System.Globalization;
using System.Text;

namespace Ingot.Benchmarks.Tokenizers;

/// <summary>
/// English-looking prose, the same on every run. Words have the frequencies of a language: a few are everywhere and most of
/// tens of thousands turn up once or twice, so that remembering words helps as much as it does with real text.
/// </summary>
internal static class Prose
{
    private const string Small =
        "the of and a to in is it that was for on with as his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know";

    private const string Stems =
        "account act adapt add adjust agree air align allow answer appear apply arrange art ask assist attach attack balance bank base bear beat believe bind blank block board body book border bound bow branch break breath bridge brother build burn call camp capture care carry cast cause center chain chance change charge charm cheer child choose circle claim clear climb close cloud coast cold collect color command common company compare complete concern connect consider contain control cook copy correct count country course cover craft create cross current custom dark deal decide deep define deliver depend describe design detail develop direct discover distance divide doctor double doubt dream drive earth edge effect employ engine enjoy enter equal event exact example except excite expect explain express face fair faith fall family farm father favor fear field fight figure fill final fire fish flood floor flow follow force forest form forward found free fresh friend front fruit garden gather gentle glass gold govern grand grass great green ground group grow guard guess guide hand happen happy harbor hard head health heart heat heavy help high hold honor hope horse hour house human hundred hunt idea image inform inspect interest invent island join journey joy judge keep kind king knock labor land language laugh lead learn leave letter level light limit line listen live load lock look love machine manage map march mark market master match matter measure meet member mention method mind minute mission moment money month moon morning mother motion mountain mouth move music name nation nature need night noise north note notice number object observe occur ocean offer office open operate order organ paint paper part pass path pattern pay perfect perform period person picture piece place plain plan plant play please point poor port position power practice present press prevent print prison produce product program promise proper protect prove provide public pull purpose push quality quarter question quick quiet race rain raise range reach read ready real reason receive record region relate remain remember report rest result return rich ride ring rise river road rock roll room rough round rule safe sail salt save scale school science sea season second secret seed self sense serve settle shade shape share sharp shine ship short shoulder show side sign silent simple sister skill sky sleep slow smile smooth snow soft soil soldier sound south space speak special spell spirit spread spring stand star start state station stay steam step stone stop store storm story stream street strength stretch strong study subject success sudden sugar suit summer supply support surface surprise swim system table talk teach tell temper test thank thick thing think thought thousand throw tie touch town trade train travel treat tree trouble trust turn type unit value view village visit voice wait walk wall want warm wash watch wave wear weather weight west wheel white whole wide wild wind window winter wish wonder wood work world worth write yard year young";

    private static readonly string[] Prefixes = ["", "", "", "re", "un", "over", "out", "mis", "inter", "sub"];

    private static readonly string[] Suffixes = ["", "", "", "s", "ed", "ing", "er", "ers", "ly", "ness", "less", "able", "ful", "ment", "ward", "like"];

    /// <summary>Makes prose.</summary>
    /// <param name="length">At least this many characters; a sentence is ended.</param>
    /// <param name="seed">Other seeds give other sentences of the same language.</param>
    public static string Write(int length, int seed)
    {
        var random = new Random(seed);
        string[] small = Small.Split(' ');
        string[] stems = Stems.Split(' ');
        var text = new StringBuilder(length + 256);
        for (int sentence = 1; text.Length < length; sentence++)
        {
            int words = 4 + random.Next(22);
            for (int i = 0; i < words; i++)
            {
                string word = Word(random, small, stems);
                if (i > 0) text.Append(' ');
                text.Append(i == 0 || random.Next(25) == 0 ? char.ToUpperInvariant(word[0]) : word[0]).Append(word, 1, word.Length - 1);
                if (i < words - 1) text.Append(random.Next(60) switch { < 5 => ",", 5 => ";", 6 => " –", 7 => "'s", _ => "" });
            }

            text.Append(random.Next(12) switch { 0 => "?", 1 => "!", 2 => ":", _ => "." }).Append(sentence % 6 == 0 ? "\n\n" : " ");
        }

        return text.ToString();
    }

    private static string Word(Random random, string[] small, string[] stems) => random.Next(40) switch
    {
        0 => random.Next(1, 100_000).ToString(CultureInfo.InvariantCulture),
        < 20 => small[(int)(small.Length * Math.Pow(random.NextDouble(), 3))],
        < 32 => stems[(int)(stems.Length * Math.Pow(random.NextDouble(), 2))],
        _ => Prefixes[random.Next(Prefixes.Length)] + stems[random.Next(stems.Length)] + Suffixes[random.Next(Suffixes.Length)],
    };
}
