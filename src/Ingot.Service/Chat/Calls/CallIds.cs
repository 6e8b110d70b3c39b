using System.Globalization;
using System.Security.Cryptography;

namespace Ingot.Service.Chat.Calls;

/// <summary>Makes the ids of an answer's calls. Not thread-safe.</summary>
/// <param name="form">What they look like.</param>
/// <param name="earlier">How many calls the conversation has already.</param>
internal sealed class CallIds(CallIdForm form, int earlier)
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private int _count = earlier;

    /// <summary>An id that no other call of the conversation has.</summary>
    /// <param name="name">The function that is called.</param>
    public string Next(string name) => form switch
    {
        CallIdForm.Nine => RandomNumberGenerator.GetString(Characters, 9),
        CallIdForm.Numbered => string.Create(CultureInfo.InvariantCulture, $"functions.{name}:{_count++}"),
        _ => "call_" + RandomNumberGenerator.GetString(Characters, 9),
    };
}
