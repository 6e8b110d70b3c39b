namespace Ingot.Models.Download;

/// <summary>That a signed address has stopped working: a new list of the files has new ones.</summary>
/// <param name="message">One sentence, without the address.</param>
internal sealed class ExpiredAddress(string message) : Exception(message);
