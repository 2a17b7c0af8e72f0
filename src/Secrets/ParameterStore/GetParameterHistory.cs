using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells what a parameter was, oldest first.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html</remarks>
internal sealed class GetParameterHistory(ParametersStreams streams, ParameterValues values) : IOperation<GetParameterHistory.Request, GetParameterHistory.Response>
{
    private const int MostVersions = 50;

    internal sealed record Request(string? Name, bool? WithDecryption, int? MaxResults, string? NextToken);

    internal sealed record Response(IReadOnlyList<ParameterHistoryShape> Parameters, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterRules.Name(request.Name);
        var size = Invalid.Size(request.MaxResults, "maxResults", MostVersions);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var parameter = state.Find(name) ?? throw ParameterRules.NotFound(name);
        static string Key(ParameterVersion version) => version.Number.ToString("D20", CultureInfo.InvariantCulture);
        var (page, next) = Page.Of(parameter.Versions, Key, request.NextToken, size, "InvalidNextToken");
        return new([.. page.Select(version => new ParameterHistoryShape(
            parameter.Name,
            version.Type,
            version.KeyId,
            version.ModifiedAt,
            version.ModifiedBy,
            version.Description,
            values.Read(context, parameter.Name, version, request.WithDecryption),
            version.AllowedPattern,
            version.Number,
            [],
            version.Tier,
            [],
            version.DataType))], next);
    }
}
