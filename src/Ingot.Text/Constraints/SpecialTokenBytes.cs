using System.Text;

namespace Ingot.Text.Constraints;

/// <summary>
/// The bytes a special token has inside a grammar's machine: its text between bytes that occur in no UTF-8 text, so that no
/// rule about text can ever meet it.
/// </summary>
internal static class SpecialTokenBytes
{
    public const byte Mark = 0xFF;

    public static byte[] Of(string token) => [Mark, .. Encoding.UTF8.GetBytes(token), Mark];
}
