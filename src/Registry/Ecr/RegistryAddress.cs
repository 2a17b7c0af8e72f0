using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Where clients find the registry: the configured public host, else the address the API was called at.</summary>
internal sealed class RegistryAddress(RegistryOptions options)
{
    /// <summary><c>HOST[:PORT]</c>.</summary>
    public string HostFor(RequestContext context) => options.PublicHost ?? context.Authority;

    /// <summary><c>SCHEME://HOST[:PORT]</c>.</summary>
    public string EndpointFor(RequestContext context) => $"{context.Scheme}://{HostFor(context)}";

    /// <summary>What an image reference to the repository begins with.</summary>
    public string UriOf(Repository repository, RequestContext context) => $"{HostFor(context)}/{repository.Name}";
}
