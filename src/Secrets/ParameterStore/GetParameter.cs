using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Tells one parameter's value.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html</remarks>
internal sealed class GetParameter(ParametersStreams streams, ParameterValues values) : IOperation<GetParameter.Request, GetParameter.Response>
{
    internal sealed record Request(string? Name, bool? WithDecryption);

    internal sealed record Response(ParameterShape Parameter);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterRules.Name(request.Name);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var (parameter, version, selector) = ParameterRules.Read(state, name);
        return new(ParameterShape.Of(values, context, state, parameter, version, selector, request.WithDecryption));
    }
}
