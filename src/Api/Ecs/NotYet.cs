using Berth.Wire;

namespace Berth.Api;

/// <summary>Refuses what the API has and Berth does not carry out: said at the door, never passed over in silence.</summary>
internal static class NotYet
{
    public static AwsException Supported(string what) => new("UnsupportedFeatureException", 400, $"{what} is not supported yet.");

    /// <summary>Refuses when the request asks for it.</summary>
    public static void Refuse(bool isAskedFor, string what)
    {
        if (isAskedFor)
        {
            throw Supported(what);
        }
    }
}
