using System.Security.Cryptography;
using System.Text;

namespace Ingot.Server.Security;

/// <summary>Compares texts that are secret.</summary>
internal static class SecretText
{
    /// <summary>Whether two texts are the same, without telling by its duration how much of them was.</summary>
    public static bool Same(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
