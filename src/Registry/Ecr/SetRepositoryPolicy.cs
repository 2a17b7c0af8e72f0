using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Keeps a repository policy. It is stored and given back, not evaluated.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html</remarks>
internal sealed class SetRepositoryPolicy(RepositoryStreams streams) : IOperation<SetRepositoryPolicy.Request, RepositoryPolicyShape>
{
    private const int LongestPolicy = 10_240;

    internal sealed record Request(string? RegistryId, string? RepositoryName, string? PolicyText, bool Force);

    public async ValueTask<RepositoryPolicyShape> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.PolicyText, "policyText");
        var text = request.PolicyText!; // Checked above.
        Constraints.Length(text, "policyText", 0, LongestPolicy);
        if (!IsPolicy(text))
        {
            throw Constraints.Violated("PolicyText", "Invalid repository policy provided");
        }

        await streams.ExecuteAsync(key, new RepositoriesCommand.SetPolicy(key.Name, text), cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, text);
    }

    private static bool IsPolicy(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("Statement", out var statements)
                && statements.ValueKind is JsonValueKind.Array or JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
